using System.Diagnostics;
using System.Globalization;
using FastStream.Overload.Clients;
using FastStream.Overload.Processes;
using FastStream.Protocol.Messages;
using FastStream.TestKit.Processes;

namespace FastStream.Overload.Trials;

/// <summary>
/// Very many producers that the server knows come back at once after it was killed: each goes on where it was, in the
/// same epoch, sends its last frame again and one more. How long it takes, what it costs, and that every count is right.
/// </summary>
internal sealed class ReconnectTrial(int count, TrialReport report)
{
    private const int SpareDescriptors = 1_000;
    private const int QuietSeconds = 5;

    public async Task RunAsync()
    {
        long budget = DescriptorBudget.Raise(count + SpareDescriptors);
        int waveSize = (int)Math.Min(count, budget - SpareDescriptors);
        if (waveSize < 100)
        {
            report.Skip("all of it", $"this process may open {budget} files");
            return;
        }

        report.Say(waveSize == count
            ? $"all {count} in one wave: this process may open {budget} files"
            : $"in waves of {waveSize}: this process may open {budget} files and may not raise that (CAP_SYS_RESOURCE)");
        TrialServer server = new();
        await using System.Runtime.CompilerServices.ConfiguredAsyncDisposable end = server.ConfigureAwait(false);
        server.Conditions = new ProcessConditions { Descriptors = waveSize + SpareDescriptors };
        server.Configuration = string.Create(CultureInfo.InvariantCulture,
            $$"""
            {
              "connections": { "max": {{waveSize}} },
              "streams": { "many": { "definition": "u64 (value) idle 1h" } }
            }
            """);
        await server.StartAsync().ConfigureAwait(false);
        await MeetAsync(server, waveSize).ConfigureAwait(false);
        await server.KillAsync().ConfigureAwait(false);

        Stopwatch restart = Stopwatch.StartNew();
        await server.StartAsync().ConfigureAwait(false);
        report.State($"restart after SIGKILL with {count} producers", restart.Elapsed.TotalSeconds, "s");
        await ReturnAsync(server, waveSize).ConfigureAwait(false);
        await CheckCountsAsync(server, "after they came back").ConfigureAwait(false);

        await server.KillAsync().ConfigureAwait(false);
        await server.StartAsync().ConfigureAwait(false);
        await CheckCountsAsync(server, "after another SIGKILL").ConfigureAwait(false);
        report.MustBe("exit code after SIGTERM", await server.Process.TerminateAsync(TimeSpan.FromMinutes(2)).ConfigureAwait(false), 0);
    }

    private async Task MeetAsync(TrialServer server, int waveSize)
    {
        long before = ProcessMemory.AnonymousBytes(server.Process.Id);
        for (int first = 0; first < count; first += waveSize)
        {
            using ProducerWave wave = new(server.Process.Port, first, Math.Min(waveSize, count - first));
            TimeSpan opened = wave.Open("many", epoch: 0);
            (TimeSpan sent, AckCounts counts) = wave.Send(1, 1);
            report.Say($"{wave.Welcomes.Count} new producers: open in {opened.TotalSeconds:0.0} s, first acks in {sent.TotalSeconds:0.0} s");
            report.MustBe("records of the first frames", counts.Accepted, wave.Welcomes.Count);
        }

        await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        long after = ProcessMemory.AnonymousBytes(server.Process.Id);
        report.State("memory a known producer, its connection closed", (after - before) / (double)count, "B");
    }

    private async Task ReturnAsync(TrialServer server, int waveSize)
    {
        int id = server.Process.Id;
        long before = ProcessMemory.AnonymousBytes(id);
        TimeSpan opening = default;
        TimeSpan sending = default;
        AckCounts counts = default;
        for (int first = 0; first < count; first += waveSize)
        {
            using ProducerWave wave = new(server.Process.Port, first, Math.Min(waveSize, count - first));
            TimeSpan opened = wave.Open("many", epoch: 1);
            report.Say($"{wave.Welcomes.Count} producers back in {opened.TotalSeconds:0.0} s");
            opening += opened;
            report.MustBe("producers whose last frame the server knows", wave.Welcomes.Count(w => w.LastSequence == 1), wave.Welcomes.Count);
            (TimeSpan time, AckCounts sum) = wave.Send(1, 2);
            sending += time;
            counts += sum;
            await StateQuietCostAsync(server, wave.Welcomes.Count, before).ConfigureAwait(false);
        }

        report.State($"{count} producers welcome again, in waves of {waveSize}", opening.TotalSeconds, "s");
        report.State("all acked (one frame sent again, one new)", sending.TotalSeconds, "s");
        report.MustBe("records acked as new", counts.Accepted, count);
        report.MustBe("records acked as duplicates", counts.Duplicates, count);
        report.State("peak resident memory of the server", ProcessMemory.PeakBytes(id) / 1_048_576.0, "MiB");
    }

    private async Task StateQuietCostAsync(TrialServer server, int connected, long before)
    {
        int id = server.Process.Id;
        double cpuBefore = ProcessMemory.CpuSeconds(id);
        await Task.Delay(TimeSpan.FromSeconds(QuietSeconds)).ConfigureAwait(false);
        double cpu = (ProcessMemory.CpuSeconds(id) - cpuBefore) / QuietSeconds;
        long after = ProcessMemory.AnonymousBytes(id);
        report.State($"memory a producer that is back ({connected} connected)", (after - before) / (double)connected, "B");
        report.State($"CPU of one core with {connected} quiet sources that are live", 100 * cpu, "%");
    }

    private async Task CheckCountsAsync(TrialServer server, string when)
    {
        System.Text.Json.JsonElement ledger = await server.Questions.LedgerAsync().ConfigureAwait(false);
        report.Must($"the ledger balances {when}", ledger.GetProperty("balanced").GetBoolean(), ledger.ToString());
        report.MustBe($"records journaled {when}",
            ServerQuestions.StreamOf(ledger, "many").GetProperty("journaledRecords").GetInt64(), 2L * count);
        report.MustBe($"records in the windows {when}",
            await server.Questions.CountOfAsync("many", "1m").ConfigureAwait(false), 2L * count);
    }
}
