using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FastStream.Cli;

/// <summary>The usual help, then examples of the command and, at the top level, the exit codes.</summary>
internal sealed class TeachingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    private const string ExitCodes = """
        Exit codes:
          0 done                     5 nothing listens at the address
          1 failed or refused        6 port taken
          2 wrong command line       7 data folder in use
          3 data folder damaged      8 wrong version
          4 wrong configuration      9 disk full

        Answers are tables in a terminal and JSON lines when piped or with --json.
        First steps:
          faststream demo                                 see everything happen, on real data
          faststream serve --data ./data                  then, in another terminal:
          faststream send flights.csv --key origin --time time --fields delay
          faststream query windows --stream flights
        """;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case ToolCommand { Examples.Count: > 0 } command:
                output.WriteLine("Examples:");
                foreach (string example in command.Examples)
                {
                    output.WriteLine("  " + example);
                }

                output.WriteLine();
                break;
            case RootCommand:
                output.WriteLine(ExitCodes);
                break;
        }

        return code;
    }
}
