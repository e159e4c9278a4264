using System.CommandLine;

namespace FastStream.Cli.Generation;

/// <summary>One run of <c>generate</c>.</summary>
internal static class GenerateRun
{
    public static Task<ExitCode> RunAsync(GeneratePlan plan, InvocationConfiguration console, CancellationToken stop)
    {
        throw new CommandFailure(ExitCode.Failed, $"cannot generate for {plan.Stream}: not there yet");
    }
}
