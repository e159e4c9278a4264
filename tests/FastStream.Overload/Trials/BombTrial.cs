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
                "maxDictionaryIdsPerProducer": {{plan.HostileNames / plan.Pairs * 2 / 3}}
              },
              "connections": { "maxReceiveBytes": {{ReceiveBytes}} }
            }
            """);
        await server.StartAsync().ConfigureAwait(false);
        int port = server.Process.Port;
        using PacedProducer honest = new(port, "hot", "honest", AckLevel.Durable, plan.FramesPerSecond);
        _ = honest.Run(TimeSpan.FromSeconds(Math.Min(4, plan.MeasureSeconds)));
        ulong[] colliding = Bombs.CollidingKeys(plan.HostileKeys);
        ulong[] many = [.. Enumerable.Range(0, plan.HostileKeys).Select(i => (ulong)i * 0x9E37_79B9_7F4A_7C15)];
        int serverId = server.Process.Id;
        Measure(serverId, "length bombs", honest, (_, stop) => SendLengths(port, stop));
        Measure(serverId, "LZ4 bombs", honest, (_, stop) => SendCompressed(port, stop));
        Measure(serverId, "dictionaries of long names", honest, (pair, stop) => SendNames(port, pair, stop));
        Measure(serverId, "keys of one slot", honest, (pair, stop) => SendKeys(port, "colliding", ShareOf(colliding, pair), stop));
        Measure(serverId, "far too many keys", honest, (pair, stop) => SendKeys(port, "many", ShareOf(many, pair), stop));
        StateMemory(server);
        await CheckCountsAsync(server, honest).ConfigureAwait(false);
        await server.KillAsync().ConfigureAwait(false);
        await server.StartAsync().ConfigureAwait(false);
        await CheckCountsAsync(server, honest).ConfigureAwait(false);
    }

    // The honest producer alone, then while the bombs come, in turns.
    private void Measure(int serverId, string what, PacedProducer honest, Action<int, CancellationToken> bomb)
    {
        LatencyPairs pairs = new();
        Exception? fault = null;
        for (int pair = 0; pair < plan.Pairs && fault is null; pair++)
        {
            TimeSpan span = TimeSpan.FromSeconds(plan.MeasureSeconds);
            ProcessorUse start = ProcessorUse.Now(serverId);
            double[] alone = honest.Run(span);
            double others = ProcessorUse.Now(serverId).OthersSince(start);
            start = ProcessorUse.Now(serverId);
            double[] beside = RunBeside(honest, span, pair, bomb, ref fault);
            ProcessorUse end = ProcessorUse.Now(serverId);
            double ratio = pairs.Add(alone, beside, Math.Max(others, end.OthersSince(start)));
            report.Say($"{what}, pair {pair + 1}: p99 alone {PacedProducer.Percentile(alone, 0.99):0} us, beside "
                + $"{PacedProducer.Percentile(beside, 0.99):0} us, ratio {ratio:0.00}; then {end.Since(start)}");
        }

        report.Must($"{what}: each was answered as it should be", fault is null, $"{fault}");
        pairs.Report(report, what, 2);
    }

    private static double[] RunBeside(
        PacedProducer honest, TimeSpan span, int pair, Action<int, CancellationToken> bomb, ref Exception? fault)
    {
        using CancellationTokenSource stop = new();
        Exception? met = null;
        Thread thread = new(() =>
        {
            try
            {
                bomb(pair, stop.Token);
            }
#pragma warning disable CA1031 // Reported by the caller.
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                met = thrown;
            }
        })
        { IsBackground = true, Name = "bombs" };
        thread.Start();
        double[] beside = honest.Run(span);
        stop.Cancel();
        thread.Join();
        fault = met;
        return beside;
    }

    private ulong[] ShareOf(ulong[] keys, int pair) =>
        keys[(int)((long)keys.Length * pair / plan.Pairs)..(int)((long)keys.Length * (pair + 1) / plan.Pairs)];

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

    private void SendNames(int port, int pair, CancellationToken stop)
    {
        using LoopbackClient client = LoopbackClient.Connect(port, 3);
        ulong sequence = client.Greet("names", $"names-{pair}", keys: KeyKind.Text).LastSequence; // a dictionary each
        uint next = 0;
        ErrorCode refused = ErrorCode.None;
        while (next < plan.HostileNames / plan.Pairs && refused == ErrorCode.None)
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
