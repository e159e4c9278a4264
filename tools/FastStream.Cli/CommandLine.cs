using System.CommandLine;
using System.CommandLine.Help;
using FastStream.Cli.Commands;

namespace FastStream.Cli;

/// <summary>The command tree, and the one place where failures become a line on stderr and an exit code.</summary>
internal static class CommandLine
{
    public static Task<int> RunAsync(string[] args)
    {
        return RunAsync(args, Console.Out, Console.Error);
    }

    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken stop = default)
    {
        ParseResult parsed = CreateRoot().Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not TeachingHelp)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
            {
                error.WriteLine($"faststream: {message}");
            }

            string path = string.Join(' ', PathOf(parsed));
            error.WriteLine($"faststream: see \"{path} --help\"");
            return (int)ExitCode.Usage;
        }

        InvocationConfiguration configuration = new()
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, stop);
        }
        catch (CommandFailure failure)
        {
            error.WriteLine($"faststream: {failure.Message}");
            return (int)failure.Code;
        }
        catch (OperationCanceledException)
        {
            return (int)ExitCode.Interrupted;
        }
    }

    public static RootCommand CreateRoot()
    {
        RootCommand root = new("FastStream: ingests streams of records, journals them durably and "
            + "answers with windows.")
        {
            ServeCommand.Create(),
            DemoCommand.Create(),
            SendCommand.Create(),
            GenerateCommand.Create(),
            StreamCommand.Create(),
            ViewCommand.Create(),
            AdvanceCommand.Create(),
            QueryCommand.Create(),
            VerifyCommand.Create(),
            RepairCommand.Create(),
            DigestCommand.Create(),
            BenchCommand.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new TeachingHelp((HelpAction)help.Action!);
        return root;
    }

    private static List<string> PathOf(ParseResult parsed)
    {
        List<string> names = [];
        for (System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult command)
            {
                names.Insert(0, command.Command is RootCommand ? "faststream" : command.Command.Name);
            }
        }

        return names;
    }
}
