using System.CommandLine;
using System.Text.Json.Nodes;
using FastStream.Cli.Output;
using FastStream.Engine;
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

    /// <summary>Opens the folder as a server would, recovers, and hashes. Takes no snapshot and acks nothing.</summary>
    public static async Task<ExitCode> DigestAsync(
        string folder, long? address, string? dumpFile, InvocationConfiguration console, CancellationToken stop)
    {
        RequireDataFolder(folder);
        await using FileStream? dump = dumpFile is null ? null : CreateDump(dumpFile);
        try
        {
            string digest = await Task.Run(() => IngestionEngine.DigestAsync(folder, address, dump), stop);
            console.Output.WriteLine(digest);
            return ExitCode.Ok;
        }
        catch (Exception error) when (EngineFailures.ToFailure(error) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Opening for a digest must not make an empty data folder out of a mistyped name.</summary>
    private static void RequireDataFolder(string folder)
    {
        if (!File.Exists(DataFolder.ManifestPath(folder)))
        {
            throw new CommandFailure(ExitCode.Failed, $"{folder} is no FastStream data folder: it "
                + "has no manifest.json");
        }
    }

    private static FileStream CreateDump(string file)
    {
        try
        {
            return File.Create(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Failed, $"cannot write --dump {file}: {error.Message}", error);
        }
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
            console.Error.WriteLine($"faststream: {folder} is damaged; nothing was changed. Keep it; "
                + $"'faststream repair {folder} --to DIR' writes a sound copy of it and lists what is lost");
            return ExitCode.Damaged;
        }

        if (format == OutputFormat.Table)
        {
            console.Output.WriteLine($"{folder} is sound");
        }

        return ExitCode.Ok;
    }
}
