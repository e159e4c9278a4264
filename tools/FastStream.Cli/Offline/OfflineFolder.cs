using System.CommandLine;
using System.Text.Json.Nodes;
using FastStream.Cli.Output;
using FastStream.Engine.Journal;

namespace FastStream.Cli.Offline;

/// <summary>Commands on a data folder that no server has open.</summary>
internal static class OfflineFolder
{
    public static Task<ExitCode> VerifyAsync(
        string folder, OutputFormat format, InvocationConfiguration console, CancellationToken stop)
    {
        return Task.Run(
            () => EngineFailures.Guard(() => Report(LogVerifier.Verify(folder), folder, format, console)), stop);
    }

    public static Task<ExitCode> DigestAsync(
        string folder, long? address, string? dumpFile, InvocationConfiguration console, CancellationToken stop)
    {
        throw new CommandFailure(ExitCode.Failed, $"cannot digest {folder}: not there yet");
    }

    private static ExitCode Report(
        IReadOnlyList<LogReport> reports, string folder, OutputFormat format, InvocationConfiguration console)
    {
        List<JsonObject> rows = [];
        foreach (LogReport report in reports)
        {
            rows.Add(new JsonObject
            {
                ["log"] = report.Name,
                ["sound"] = report.IsSound,
                ["entries"] = report.EntryCount,
                ["from"] = report.BeginAddress,
                ["committed"] = report.CommittedUntil,
                ["until"] = report.TailAddress,
                ["afterCommit"] = report.RolledForwardCount,
                ["damages"] = report.Damages.Count,
            });
        }

        RowWriter.Write(console.Output, rows, format, "no logs");
        List<string> lines = [.. reports.SelectMany(report => report.Damages.Select(damage =>
            $"{report.Name}: {damage.File} at byte {damage.OffsetBytes}: {damage.What}"))];
        lines.ForEach(line => console.Error.WriteLine($"faststream: damaged: {line}"));
        if (lines.Count > 0)
        {
            console.Error.WriteLine($"faststream: {folder} is damaged; nothing was changed. Keep it, and serve from another folder");
            return ExitCode.Damaged;
        }

        if (format == OutputFormat.Table)
        {
            console.Output.WriteLine($"{folder} is sound");
        }

        return ExitCode.Ok;
    }
}
