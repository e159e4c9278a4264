using System.Diagnostics;
using System.Globalization;
using FastStream.Overload.Clients;
using FastStream.Overload.Processes;
using FastStream.Protocol;

namespace FastStream.Overload.Trials;

/// <summary>
/// Frames that announce gigabytes, LZ4 that swells, dictionaries of long names, millions of keys that collide in the
/// public hash or are simply too many: what an honest producer feels of each, and that memory stays under its cap.
/// </summary>
internal sealed class BombTrial(BombTrialPlan plan, TrialReport report)
{
    private const long MiB = 1 << 20;
    private const long InFlightBytes = 64 * MiB;
    private const long ReceiveBytes = 32 * MiB;

    private long _hostileRecords;

    public async Task RunAsync()
    {
        TrialServer server = new();
        await using System.Runtime.CompilerServices.ConfiguredAsyncDisposable end = server.ConfigureAwait(false);
        server.Configuration = string.Create(CultureInfo.InvariantCulture,
            $$"""
            {
              "partitions": 1,
              "limits": {
                "maxInFlightBytes": {{InFlightBytes}},
                "maxKeysPerView": {{plan.MaxKeys}},
                "maxKeysPerStream": {{plan.MaxKeys}},
                "maxDictionaryIdsPerProducer": {{plan.HostileNames * 2 / 3}}
              },
              "connections": { "maxReceiveBytes": {{ReceiveBytes}} }
            }
            """);
        await server.StartAsync().ConfigureAwait(false);
        int port = server.Process.Port;
        using PacedProducer honest = new(port, "hot", "honest", AckLevel.Durable, plan.FramesPerSecond);
        _ = honest.Run(TimeSpan.FromSeconds(Math.Min(4, plan.MeasureSeconds)));
        Measure("length bombs", honest, stop => SendLengths(port, stop));
        Measure("LZ4 bombs", honest, stop => SendCompressed(port, stop));
        Measure("dictionaries of long names", honest, stop => SendNames(port, stop));
        ulong[] colliding = Bombs.CollidingKeys(plan.HostileKeys);
        Measure("keys of one slot", honest, stop => SendKeys(port, "colliding", colliding, stop));
        ulong[] many = [.. Enumerable.Range(0, plan.HostileKeys).Select(i => (ulong)i * 0x9E37_79B9_7F4A_7C15)];
        Measure("far too many keys", honest, stop => SendKeys(port, "many", many, stop));
        StateMemory(server);
        await CheckCountsAsync(server, honest).ConfigureAwait(false);
        await server.KillAsync().ConfigureAwait(false);
        await server.StartAsync().ConfigureAwait(false);
        await CheckCountsAsync(server, honest).ConfigureAwait(false);
    }

    // The honest producer alone, then while the bombs come: as long as they do, and its usual time at least.
    private void Measure(string what, PacedProducer honest, Action<CancellationToken> bomb)
    {
        TimeSpan span = TimeSpan.FromSeconds(plan.MeasureSeconds);
        double[] alone = honest.Run(span);
        using CancellationTokenSource stop = new();
        Exception? fault = null;
        Thread thread = new(() =>
        {
            try
            {
                bomb(stop.Token);
            }
#pragma warning disable CA1031 // Reported below.
            catch (Exception met)
#pragma warning restore CA1031
            {
                fault = met;
            }
        })
        { IsBackground = true, Name = "bombs" };
        thread.Start();
        double[] beside = honest.Run(span);
        stop.Cancel();
        thread.Join();
        report.Must($"{what}: each was answered as it should be", fault is null, $"{fault}");
        double p99Alone = PacedProducer.Percentile(alone, 0.99);
        double p99Beside = PacedProducer.Percentile(beside, 0.99);
        report.Say($"{what}: p99 alone {p99Alone:0} us, beside {p99Beside:0} us");
        report.AtMost($"{what}: honest p99 beside / alone", p99Beside / p99Alone, 2, "x");
    }

    private void SendLengths(int port, CancellationToken stop)
    {
        uint[] lengths = [uint.MaxValue & ~63u, 1u << 31, (1u << 31) - 64, (16 << 20) + 64, (1 << 20) + 64];
        int sent = 0;
        ForEachTurn(plan.LengthsPerSecond, () =>
        {
            if (!Bombs.SendLength(port, lengths[sent++ % lengths.Length]))
            {
                throw new InvalidDataException("a frame of gigabytes was not refused by its header");
            }
        }, stop);
        report.Say($"{sent} headers that announced up to 4 GiB");
    }

    private void SendCompressed(int port, CancellationToken stop)
    {
        using LoopbackClient client = LoopbackClient.Connect(port, 3);
        ulong sequence = client.Greet("hostile", "lz4").LastSequence;
        ForEachTurn(plan.CompressedPerSecond, () =>
        {
            if (!Bombs.SendCompressed(client, ++sequence))
            {
                throw new InvalidDataException("a frame of zeros was not refused for good");
            }
        }, stop);
        report.Say($"{sequence} frames of 4 KiB that are 1 MiB");
    }

    private void SendNames(int port, CancellationToken stop)
    {
        using LoopbackClient client = LoopbackClient.Connect(port, 3);
        ulong sequence = client.Greet("names", "names", keys: KeyKind.Text).LastSequence;
        uint next = 0;
        ErrorCode refused = ErrorCode.None;
        while (next < plan.HostileNames && refused == ErrorCode.None)
        {
            refused = Bombs.SendNames(client, ++sequence, ref next);
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5));
        }

        report.Say($"{next} names of {WireFormat.MaxNameBytes} bytes were taken, then {refused}");
        if (refused != ErrorCode.KeyLimit)
        {
            throw new InvalidDataException($"the dictionary ended with {refused} instead of KEY_LIMIT");
        }
    }

    private void SendKeys(int port, string producer, ulong[] keys, CancellationToken stop)
    {
        using LoopbackClient client = LoopbackClient.Connect(port, 3);
        ulong sequence = client.Greet("hostile", producer).LastSequence;
        const int step = 20_000;
        for (int at = 0; at < keys.Length; at += step)
        {
            _hostileRecords += Bombs.SendKeys(client, keys.AsSpan(at, Math.Min(step, keys.Length - at)), ref sequence);
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5));
        }
    }

    private void StateMemory(TrialServer server)
    {
        // A cell is 72 bytes and tables grow by doubling; a name is a string of UTF-16 beside its entry in the table.
        long keys = 2L * 2 * 72 * plan.MaxKeys;
        long names = (2L * WireFormat.MaxNameBytes + 128) * plan.MaxKeys + (2L * 8 * plan.HostileNames);
        long logs = (32 + 4 + 4 + 16) * MiB;
        long cap = (64 * MiB) + logs + (2 * InFlightBytes) + (2 * ReceiveBytes) + keys + (names * 3 / 2);
        report.Say($"cap in MiB: runtime 64, logs {logs / MiB}, frames in flight and pooled {2 * InFlightBytes / MiB}, "
            + $"receiving and pooled {2 * ReceiveBytes / MiB}, cells {keys / MiB}, names {names * 3 / 2 / MiB}");
        report.AtMost(
            "resident memory at its peak (cap: see above)",
            ProcessMemory.PeakBytes(server.Process.Id) / (double)MiB,
            cap / (double)MiB,
            "MiB");
    }

    private async Task CheckCountsAsync(TrialServer server, PacedProducer honest)
    {
        System.Text.Json.JsonElement ledger = await server.Questions.LedgerAsync().ConfigureAwait(false);
        report.Must("the ledger balances", ledger.GetProperty("balanced").GetBoolean(), ledger.ToString());
        report.MustBe("honest records in the windows",
            await server.Questions.CountOfAsync("hot", "1m").ConfigureAwait(false), honest.AckedRecords);
        System.Text.Json.JsonElement stream = ServerQuestions.StreamOf(ledger, "hostile");
        report.MustBe("hostile records prepared", stream.GetProperty("prepared").GetInt64(), _hostileRecords);
        System.Text.Json.JsonElement view = ledger.GetProperty("views").EnumerateArray()
            .Single(one => one.GetProperty("stream").GetString() == "hostile");
        long over = view.GetProperty("overLimit").GetInt64();
        report.MustBe("hostile records applied and over the limit", view.GetProperty("applied").GetInt64() + over, _hostileRecords);
        report.Must("the limit of keys was met", over > 0, "no record was over it");
    }

    private static void ForEachTurn(int perSecond, Action act, CancellationToken stop)
    {
        long began = Stopwatch.GetTimestamp();
        for (int turn = 1; !stop.IsCancellationRequested; turn++)
        {
            act();
            TimeSpan left = TimeSpan.FromSeconds(turn / (double)perSecond) - Stopwatch.GetElapsedTime(began);
            if (left > TimeSpan.Zero)
            {
                stop.WaitHandle.WaitOne(left);
            }
        }
    }
}
