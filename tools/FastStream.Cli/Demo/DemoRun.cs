using System.CommandLine;

namespace FastStream.Cli.Demo;

/// <summary>The story of the demo.</summary>
internal static class DemoRun
{
    public static Task<ExitCode> RunAsync(
        string? keepFolder, int? partitions, InvocationConfiguration console, CancellationToken stop)
    {
        throw new CommandFailure(ExitCode.Failed, "the demo is not there yet");
    }
}
