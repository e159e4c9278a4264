using System.CommandLine;
using FastStream.Cli.Output;

namespace FastStream.Cli.Offline;

/// <summary>Commands on a data folder that no server has open.</summary>
internal static class DataFolder
{
    public static Task<ExitCode> VerifyAsync(
        string folder, OutputFormat format, InvocationConfiguration console, CancellationToken stop)
    {
        throw new CommandFailure(ExitCode.Failed, $"cannot verify {folder}: not there yet");
    }

    public static Task<ExitCode> DigestAsync(
        string folder, long? address, string? dumpFile, InvocationConfiguration console, CancellationToken stop)
    {
        throw new CommandFailure(ExitCode.Failed, $"cannot digest {folder}: not there yet");
    }
}
