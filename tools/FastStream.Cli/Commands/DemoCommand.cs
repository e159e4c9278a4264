using System.CommandLine;
using FastStream.Cli.Demo;

namespace FastStream.Cli.Commands;

/// <summary><c>demo</c>: everything at work on real data, in under a minute.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        Option<string?> keep = new("--keep")
        {
            Description = "Keep the data in this folder instead of deleting it at the end",
        };
        Option<int?> partitions = new("--partitions") { Description = "Partitions of the server; left out: by cores" };
        ToolCommand command = new("demo",
            "Play 200,000 real flights through a real server, kill it half-way, and show that nothing was "
                + "lost or counted twice")
        {
            Examples = ["faststream demo", "faststream demo --keep ./demo-data"],
        };
        StreamCommand.Append(command, keep, partitions);
        return command.Do((parsed, stop) => DemoRun.RunAsync(
            parsed.GetValue(keep), parsed.GetValue(partitions), parsed.InvocationConfiguration, stop));
    }
}
