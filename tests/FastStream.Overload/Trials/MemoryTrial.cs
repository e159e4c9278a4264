using System.Globalization;
using FastStream.Overload.Clients;
using FastStream.Overload.Processes;
using FastStream.TestKit.Processes;

namespace FastStream.Overload.Trials;

/// <summary>
/// A server in too little memory, by a control group or by the heap limit of .NET: it says so at its start, or works
/// within. Whatever becomes of it under load, what it has acked is there afterwards, once.
/// </summary>
internal sealed class MemoryTrial(TimeSpan load, TrialReport report)
{
    private const int Producers = 3;

    /// <summary>With the heap of .NET limited to so many bytes.</summary>
    public Task RunWithHeapLimitAsync(int mebibytes) => RunAsync(
        $"heap limit {mebibytes} MiB",
        new ProcessConditions
        {
            Environment = [new("DOTNET_GCHeapHardLimit", ((long)mebibytes << 20).ToString("X", CultureInfo.InvariantCulture))],
        });

    /// <summary>In a control group of so many bytes; skipped where there are none.</summary>
    public async Task RunInGroupAsync(int mebibytes)
    {
        string what = $"control group {mebibytes} MiB";
        using MemoryGroup? group = MemoryGroup.TryMake((long)mebibytes << 20, out string reason);
        if (group is null)
        {
            report.Skip(what, reason);
            return;
        }

        await RunAsync(what, new ProcessConditions { ControlGroup = group.Folder }).ConfigureAwait(false);
    }

    private async Task RunAsync(string what, ProcessConditions conditions)
    {
        TrialServer server = new();
        await using System.Runtime.CompilerServices.ConfiguredAsyncDisposable end = server.ConfigureAwait(false);
        server.Conditions = conditions;
        try
        {
            await server.StartAsync().ConfigureAwait(false);
        }
        catch (InvalidOperationException refused)
        {
            report.Say($"{what}: {refused.Message.ReplaceLineEndings(" ")}");
            report.Must($"{what}: the refusal to start names the memory",
                refused.Message.Contains("MiB of memory", StringComparison.Ordinal), refused.Message);
            return;
        }

        WindowedProducer[] producers =
            [.. Enumerable.Range(0, Producers).Select(i => new WindowedProducer(server.Process.Port, "s", $"p{i}"))];
        using (CancellationTokenSource stop = new(load))
        {
            await Task.WhenAll(producers.Select(producer => Task.Run(() => producer.Run(stop.Token)))).ConfigureAwait(false);
        }

        bool lives = !server.Process.HasExited;
        string ended = producers.FirstOrDefault(p => p.EndedBy is not null)?.EndedBy ?? "no producer was cut";
        report.Say($"{what}: {(lives ? "lives" : "has ended")}; {producers.Sum(p => (long)p.AckedSequence)} frames acked; {ended}");
        report.State($"{what}: lived through the load (1) or had to be restarted (0)", lives ? 1 : 0, "");
        if (lives)
        {
            report.State($"{what}: resident at most", ProcessMemory.PeakBytes(server.Process.Id) / 1_048_576.0, "MiB");
            await server.KillAsync().ConfigureAwait(false);
        }

        server.Conditions = new ProcessConditions();
        await server.StartAsync().ConfigureAwait(false);
        await CheckAsync(what, server, producers).ConfigureAwait(false);
    }

    private async Task CheckAsync(string what, TrialServer server, WindowedProducer[] producers)
    {
        long stored = 0;
        for (int i = 0; i < producers.Length; i++)
        {
            if (producers[i].AckedSequence == 0)
            {
                continue; // never acked: the server may not know it
            }

            using LoopbackClient client = LoopbackClient.Connect(server.Process.Port);
            ulong last = client.Greet("s", $"p{i}", epoch: 1).LastSequence;
            stored += (long)last;
            report.Must($"{what}: what was acked to p{i} is there", last >= producers[i].AckedSequence,
                $"{producers[i].AckedSequence} were acked, {last} are there");
        }

        if (producers.Any(producer => producer.AckedSequence == 0))
        {
            return;
        }

        System.Text.Json.JsonElement ledger = await server.Questions.LedgerAsync().ConfigureAwait(false);
        report.Must($"{what}: the ledger balances", ledger.GetProperty("balanced").GetBoolean(), ledger.ToString());
        long counted = await server.Questions.CountOfAsync("s", "1m").ConfigureAwait(false);
        report.MustBe($"{what}: records in the windows", counted, stored * WindowedProducer.RecordsPerFrame);
    }
}
