using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastStream.Cli.Output;
using FastStream.Cli.Sources;
using FastStream.Protocol;
using Spectre.Console;

namespace FastStream.Cli.Sending;

/// <summary>One run of <c>send</c>: opens the source, says what it understood, sends, sums up.</summary>
internal static class SendRun
{
    private const int DryRunRecords = 10;
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(200);

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

        SourceSender sender = new(plan, source);
        Task<SendOutcome> sending = sender.RunAsync(stop);
        await ShowProgressAsync(sender.Progress, sending, console.Error);
        SendOutcome outcome = await sending;
        WriteSummary(plan, outcome, console.Output);
        if (stop.IsCancellationRequested && !plan.Source.Follow)
        {
            return ExitCode.Interrupted;
        }

        // A file of which not one line can be used is a wrong command, not a success.
        return outcome is { SentRecords: 0, BadLines: > 0 } ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task ShowProgressAsync(SendProgress progress, Task sending, TextWriter error)
    {
        if (error != Console.Error || Console.IsErrorRedirected)
        {
            return;
        }

        await Terminal.Create(error).Progress().AutoClear(true).StartAsync(async context =>
        {
            ProgressTask bar = context.AddTask("sending");
            while (await Task.WhenAny(sending, Task.Delay(s_lookEvery, CancellationToken.None)) != sending)
            {
                bar.IsIndeterminate = double.IsNaN(progress.Share);
                bar.Value = double.IsNaN(progress.Share) ? 0 : progress.Share * 100;
                bar.Description = string.Create(CultureInfo.InvariantCulture, $"{progress.AckedRecords:N0} acked");
            }
        });
    }

    private static void WriteSummary(SendPlan plan, SendOutcome outcome, TextWriter output)
    {
        if (plan.Json)
        {
            JsonObject line = new()
            {
                ["stream"] = plan.Stream,
                ["producer"] = plan.Producer,
                ["skippedRows"] = outcome.SkippedRows,
                ["sent"] = outcome.SentRecords,
                ["frames"] = outcome.FrameCount,
                ["ackLevel"] = outcome.AckLevel.ToString().ToLowerInvariant(),
                ["acked"] = outcome.AckedRecords,
                ["duplicates"] = outcome.DuplicateRecords,
                ["refused"] = outcome.RefusedRecords,
                ["future"] = outcome.FutureRecords,
                ["keyLimit"] = outcome.KeyLimitRecords,
                ["late"] = outcome.LateRecords,
                ["badLines"] = outcome.BadLines,
                ["seconds"] = Math.Round(outcome.Elapsed.TotalSeconds, 3),
            };
            output.WriteLine(line.ToJsonString());
            return;
        }

        string skipped = outcome.SkippedRows == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $"{outcome.SkippedRows:N0} rows had been sent before; ");
        double perSecond = outcome.SentRecords / Math.Max(outcome.Elapsed.TotalSeconds, 1e-9);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{skipped}{outcome.SentRecords:N0} records sent to {plan.Stream} as {plan.Producer} in "
                + $"{outcome.Elapsed.TotalSeconds:N1} s ({perSecond:N0}/s), acked {outcome.AckLevel}"));
        (string Name, long Count)[] exceptions =
        [
            ("lines could not be used", outcome.BadLines),
            ("records refused by rules (faststream query ledger shows which)", outcome.RefusedRecords),
            ("records refused: their time is too far ahead of now", outcome.FutureRecords),
            ("records refused: the stream has as many keys as it may", outcome.KeyLimitRecords),
            ("records late for a view (one with more lateness would take them: faststream view add --help)",
                outcome.LateRecords),
        ];
        foreach ((string name, long count) in exceptions.Where(e => e.Count > 0))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} {name}"));
        }

        output.WriteLine($"look at it: faststream query windows --stream {plan.Stream}");
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
