using System.Globalization;
using FastStream.Overload.Clients;
using FastStream.Overload.Processes;
using FastStream.TestKit.Processes;

namespace FastStream.Overload.Trials;

/// <summary>
/// A fast producer alone, then beside thousands of idle connections and a hundred slow ones, in turns: what it feels of
/// them, what an idle connection costs in memory, how soon a slow one is cut.
/// </summary>
internal sealed class IdleTrial(IdleTrialPlan plan, TrialReport report)
{
    /// <summary>Where the hot producer and its questions come from; the crowd takes .2 and on, the slow ones this.</summary>
    private const int SlowAddress = 101;

    private int _starts;
    private long _elsewhere; // records of earlier starts: the folder stays, the process is a new one each time

    public async Task RunAsync()
    {
        // The client's sockets, and the server's with its spare descriptors.
        int wanted = plan.IdleCount + plan.SlowCount + 1_000;
        long budget = DescriptorBudget.Raise(wanted);
        if (budget < wanted)
        {
            report.Skip("all of it", $"this process may open {budget} files, {wanted} are needed");
            return;
        }

        TrialServer server = new();
        await using System.Runtime.CompilerServices.ConfiguredAsyncDisposable end = server.ConfigureAwait(false);
        server.Configuration = string.Create(CultureInfo.InvariantCulture,
            $$"""
            {
              "connections": {
                "max": {{plan.IdleCount + plan.SlowCount + 100}},
                "slowFrameGrace": "{{plan.SlowFrameGrace.TotalSeconds}}s",
                "maxUnsentTime": "{{plan.MaxUnsentTime.TotalSeconds}}s"
              }
            }
            """);
        server.Conditions = new ProcessConditions { Descriptors = wanted };
        if (plan.MeasuresMemory)
        {
            await StateMemoryAsync(server, "connection that only asks", _ => "").ConfigureAwait(false);
            await StateMemoryAsync(server, "producer's session", i => $"idle-{i}").ConfigureAwait(false);
        }

        if (plan.Pairs == 0)
        {
            return;
        }

        using PacedProducer producer = await StartAsync(server).ConfigureAwait(false);
        await ComparePairsAsync(server, producer).ConfigureAwait(false);
        await CheckCountsAsync(server, producer).ConfigureAwait(false);
    }

    private async Task<PacedProducer> StartAsync(TrialServer server)
    {
        await server.StartAsync().ConfigureAwait(false);
        PacedProducer producer = new(server.Process.Port, "hot", $"hot-{_starts++}", plan.Level, plan.FramesPerSecond);
        report.Say($"warming up: {plan.FramesPerSecond} frames/s of 100 records, ack {plan.Level}");
        _ = producer.Run(TimeSpan.FromSeconds(plan.WarmSeconds));
        return producer;
    }

    private async Task StateMemoryAsync(TrialServer server, string what, Func<int, string> producerOf)
    {
        using PacedProducer producer = await StartAsync(server).ConfigureAwait(false);
        _elsewhere += producer.AckedRecords;
        int id = server.Process.Id;
        long before = ProcessMemory.AnonymousBytes(id);
        DateTime began = DateTime.UtcNow;
        using IdleCrowd crowd = IdleCrowd.Open(server.Process.Port, plan.IdleCount, producerOf);
        double seconds = (DateTime.UtcNow - began).TotalSeconds;
        long standing = await server.Questions.MetricAsync("faststream_connections").ConfigureAwait(false);
        await Task.Delay(plan.Settle).ConfigureAwait(false);
        long after = ProcessMemory.AnonymousBytes(id);
        double perConnection = (double)(after - before) / crowd.Count;
        report.Say($"{crowd.Count} x {what} opened in {seconds:0.0} s: RssAnon {before >> 20} -> {after >> 20} MiB");
        report.MustBe($"connections standing ({what})", standing, crowd.Count + 1);
        report.AtMost($"memory an idle connection ({what}, RssAnon)", perConnection, 8_192, "B");
    }

    private async Task ComparePairsAsync(TrialServer server, PacedProducer producer)
    {
        TimeSpan span = TimeSpan.FromSeconds(plan.MeasureSeconds);
        LatencyPairs pairs = new();
        List<TimeSpan> writers = [];
        List<TimeSpan> readers = [];
        for (int pair = plan.WarmsBeside ? 0 : 1; pair <= plan.Pairs; pair++)
        {
            ProcessorUse start = ProcessorUse.Now(server.Process.Id);
            double[] alone = producer.Run(span);
            ProcessorUse end = ProcessorUse.Now(server.Process.Id);
            string used = end.Since(start);
            double others = end.OthersSince(start);
            string stalls = $"{producer.LastStalls}; {producer.LastMachineStalls}";
            double[] beside;
            long collections;
            using (IdleCrowd idle = IdleCrowd.Open(server.Process.Port, plan.IdleCount, i => $"idle-{i}"))
            {
                using SlowCrowd slow = new(server.Process.Port, plan.SlowCount, plan.ReaderEvery, SlowAddress);
                await SettleAsync(server, producer).ConfigureAwait(false);
                collections = await CollectionsAsync(server).ConfigureAwait(false);
                start = ProcessorUse.Now(server.Process.Id);
                beside = producer.Run(span);
                end = ProcessorUse.Now(server.Process.Id);
                collections = await CollectionsAsync(server).ConfigureAwait(false) - collections;
                used += "; then " + end.Since(start);
                others = Math.Max(others, end.OthersSince(start));
                slow.WaitForCuts(plan.SlowCount > 0, HasReaders, TimeSpan.FromMinutes(1));
                slow.Dispose();
                report.Must($"pair {pair}: the slow ones could connect", slow.Fault is null, $"{slow.Fault}");
                writers.AddRange(slow.WritersCutAfter);
                readers.AddRange(slow.ReadersCutAfter);
            }

            await WaitForConnectionsAsync(server, 1).ConfigureAwait(false);
            double ratio = pair == 0 ? LatencyPairs.RatioOf(alone, beside) : pairs.Add(alone, beside, others);
            string name = pair == 0 ? "warming up beside them" : $"pair {pair}";
            report.Say($"{name}: alone {Describe(alone)}; beside {Describe(beside)}; p99 ratio {ratio:0.00}; {used}");
            report.Say($"{name}: alone {stalls}");
            report.Say($"{name}: beside {producer.LastStalls}; {producer.LastMachineStalls}; {collections} collections of the server");
        }

        pairs.Report(report, $"acks {plan.Level}", 1.25);
        if (plan.SlowCount > 0)
        {
            ReportCuts("slow writers", writers);
        }

        if (HasReaders)
        {
            ReportCuts("slow readers", readers);
        }
    }

    // What ten thousand greetings left behind is collected once, in a pause that moves it all: before the measurement.
    private async Task SettleAsync(TrialServer server, PacedProducer producer)
    {
        long before = await CollectionsAsync(server).ConfigureAwait(false);
        long began = Environment.TickCount64;
        _ = producer.Run(plan.Settle);
        while (plan.IdleCount > 0 && plan.Settle > TimeSpan.Zero
            && Environment.TickCount64 - began < plan.MaxSettle.TotalMilliseconds
            && await CollectionsAsync(server).ConfigureAwait(false) == before)
        {
            _ = producer.Run(TimeSpan.FromSeconds(1));
        }
    }

    private static Task<long> CollectionsAsync(TrialServer server) =>
        server.Questions.MetricAsync("dotnet_collections_total");

    private bool HasReaders => plan.ReaderEvery > 0 && plan.SlowCount >= plan.ReaderEvery;

    private void ReportCuts(string who, List<TimeSpan> cuts)
    {
        report.Must($"{who} were cut", cuts.Count > 0, "none was");
        if (cuts.Count > 0)
        {
            report.AtMost($"{who} cut after, longest of {cuts.Count}", cuts.Max().TotalSeconds, 10, "s");
        }
    }

    private async Task CheckCountsAsync(TrialServer server, PacedProducer producer)
    {
        System.Text.Json.JsonElement ledger = await server.Questions.LedgerAsync().ConfigureAwait(false);
        report.Must("the ledger balances", ledger.GetProperty("balanced").GetBoolean(), ledger.ToString());
        long counted = await server.Questions.CountOfAsync("hot", "1m").ConfigureAwait(false);
        report.MustBe("records in the windows", counted, _elsewhere + producer.AckedRecords);
        report.Must("the server lives", !server.Process.HasExited, server.Process.Output);
    }

    private static async Task WaitForConnectionsAsync(TrialServer server, int count) =>
        _ = await server.Questions
            .WaitForMetricAsync("faststream_connections", value => value <= count, TimeSpan.FromSeconds(30))
            .ConfigureAwait(false);

    private static string Describe(double[] latencies) =>
        $"p50 {PacedProducer.Percentile(latencies, 0.5):0} us p99 {PacedProducer.Percentile(latencies, 0.99):0} us";
}
