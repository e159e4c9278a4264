using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastStream.Cli.Output;
using FastStream.Cli.Sources;
using FastStream.Protocol;

namespace FastStream.Cli.Sending;

/// <summary>One run of <c>send</c>: opens the source, says what it understood, sends, sums up.</summary>
internal static class SendRun
{
    private const int DryRunRecords = 10;

    public static async Task<ExitCode> RunAsync(SendPlan plan, InvocationConfiguration console, CancellationToken stop)
    {
        void Say(string line) => console.Error.WriteLine($"{Path.GetFileName(plan.Source.Path)}: {line}");

        using RecordSource source = RecordSource.Open(plan.Source, Say, stop);
        foreach (string note in source.Layout.Notes)
        {
            Say(note);
        }

        foreach (string warning in source.Layout.Warnings)
        {
            Say("warning: " + warning);
        }

        if (plan.DryRun)
        {
            ShowFirst(plan, source, console.Output);
            return ExitCode.Ok;
        }

        await Task.CompletedTask;
        throw new CommandFailure(ExitCode.Failed, "sending is not there yet; --dry-run shows what would be sent");
    }

    private static void ShowFirst(SendPlan plan, RecordSource source, TextWriter output)
    {
        SourceRecord record = new(source.Layout.Fields.Count);
        List<JsonObject> rows = [];
        while (rows.Count < DryRunRecords && source.TryRead(record))
        {
            JsonObject row = new()
            {
                ["key"] = plan.Source.KeyKind == KeyKind.Text
                    ? record.TextKey
                    : record.NumberKey.ToString(CultureInfo.InvariantCulture),
                ["time"] = EventTime.Format(record.TimeNs),
            };
            for (int i = 0; i < record.Values.Length; i++)
            {
                row[source.Layout.Fields[i].Name] = double.IsNaN(record.Values[i]) ? null : record.Values[i];
            }

            rows.Add(row);
        }

        RowWriter.Write(output, rows, plan.Json ? OutputFormat.JsonLines : OutputFormat.Table, "no usable rows");
    }
}
