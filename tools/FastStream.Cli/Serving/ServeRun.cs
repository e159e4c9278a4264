using System.CommandLine;

namespace FastStream.Cli.Serving;

/// <summary>One run of the server.</summary>
internal static class ServeRun
{
    public static Task<ExitCode> RunAsync(ServePlan plan, InvocationConfiguration console, CancellationToken stop)
    {
        throw new CommandFailure(ExitCode.Failed, $"cannot serve {plan.DataDirectory ?? plan.DefaultDataDirectory}: not there yet");
    }
}
