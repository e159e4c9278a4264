using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastStream.Cli.Output;
using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.Engine.Repair;

namespace FastStream.Cli.Offline;

/// <summary>Repairs a folder into another one, opens the copy to see that it is whole, and says what is lost.</summary>
internal static class FolderRepairRun
{
    private const long NsPerTick = 100;

    public static async Task<ExitCode> RunAsync(
        string folder, string target, OutputFormat format, InvocationConfiguration console, CancellationToken stop)
    {
        try
        {
            RepairReport report = await Task.Run(() => FolderRepair.Run(folder, target), stop);
            Check(target);
            string digest = await Task.Run(() => IngestionEngine.DigestAsync(target), stop);
            Write(report, target, digest, format, console);
            return ExitCode.Ok;
        }
        catch (InvalidDataException error)
        {
            throw new CommandFailure(
                ExitCode.Damaged, $"the copy in {target} cannot be opened: {error.Message}. {folder} is as it was", error);
        }
        catch (Exception error) when (EngineFailures.ToFailure(error) is { } failure)
        {
            throw failure;
        }
    }

    private static void Check(string target)
    {
        foreach (LogReport report in LogVerifier.Verify(target))
        {
            if (!report.IsSound)
            {
                LogDamage damage = report.Damages[0];
                throw new JournalDamagedException(report.Name, damage.File, damage.OffsetBytes, damage.What);
            }
        }
    }

    private static void Write(
        RepairReport report, string target, string digest, OutputFormat format, InvocationConfiguration console)
    {
        List<JsonObject> logs = [.. report.Logs.Select(log => new JsonObject
        {
            ["log"] = log.Name,
            ["kept"] = log.KeptCount,
            ["damagedPlaces"] = log.HoleCount,
            ["lost"] = log.LostCount,
            ["leftOut"] = log.DroppedCount,
        })];
        RowWriter.Write(console.Output, logs, format, "no logs");
        List<JsonObject> lost = [.. report.Lost.Select(ToRow)];
        RowWriter.Write(console.Output, lost, format, "nothing is lost");
        report.Notes.ToList().ForEach(note => console.Error.WriteLine($"faststream: note: {note}"));
        if (format == OutputFormat.Table)
        {
            console.Output.WriteLine($"{target} is sound; digest {digest}");
            return;
        }

        JsonObject summary = new() { ["repaired"] = target, ["lostRanges"] = report.Lost.Count, ["digest"] = digest };
        RowWriter.Write(console.Output, [summary], format, "");
    }

    private static JsonObject ToRow(LostRange range) => new()
    {
        ["lost"] = range.What,
        ["stream"] = range.Stream,
        ["producer"] = range.Producer,
        ["epoch"] = range.Epoch,
        ["from"] = range.FirstSequence,
        ["to"] = range.LastSequence,
        ["records"] = range.RecordCount,
        ["fromTime"] = Time(range.FromTimeNs),
        ["toTime"] = Time(range.UntilTimeNs),
        ["arrivedAfter"] = Time(range.ArrivedAfterNs),
        ["arrivedBefore"] = Time(range.ArrivedBeforeNs),
        ["why"] = range.Why,
    };

    private static string? Time(long? ns) => ns is long value and not 0
        ? DateTime.UnixEpoch.AddTicks(value / NsPerTick).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)
        : null;
}
