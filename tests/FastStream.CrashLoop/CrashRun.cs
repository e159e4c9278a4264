using System.Diagnostics;
using System.Globalization;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>
/// Crashes <c>faststream serve</c> under its producers again and again. After each crash, before the producers go on,
/// whatever was promised must be there and counted once; at the end the folder's digest must be that of a run of the
/// same frames that nobody disturbed, and its totals those that an independent generator computes.
/// </summary>
internal sealed class CrashRun : IDisposable
{
    private const int ShortestLoadMs = 5;
    private const int LongLoadOneIn = 8;
    private const int LongLoadFactor = 4;
    private const int MostFindings = 20;
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_sayEvery = TimeSpan.FromSeconds(5);

    private readonly CrashOptions _options;
    private readonly ICrash _crash;
    private readonly TempFolder _folder;
    private readonly Random _random;
    private readonly CrashProducer[] _producers;
    private readonly ServerLauncher _launcher;
    private readonly List<string> _findings = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _said;
    private int _cycles;
    private int _crashesWhileRecovering;
    private int _cyclesWithLoss;
    private long _lostFrames;
    private long _recordsTwice;

    private CrashRun(CrashOptions options, ICrash crash, TempFolder folder)
    {
        _options = options;
        _crash = crash;
        _folder = folder;
        _random = new Random(options.Seed);
        _launcher = new ServerLauncher(folder.PathOf("crash.json"), options.Seed);
        _producers =
        [
            .. options.Load.Sources(p => options.Ack ?? crash.LevelOf(p))
                .Select(source => new CrashProducer(source, _random.Next())),
        ];
    }

    /// <summary>kill -9.</summary>
    public static Task<CrashReport> KillAsync(CrashOptions options)
    {
        TempFolder folder = new(options.Folder);
        return RunAsync(options, new KillCrash(folder.FullPath), folder);
    }

    /// <summary>Power cuts; null and the reason where this machine or user cannot have a disk to cut.</summary>
    public static async Task<(CrashReport? Report, string Skipped)> PowerAsync(CrashOptions options, string fileSystem)
    {
        const long DiskBytes = 512L << 20;
        TempFolder folder = new(options.Folder);
        LoopDisk? disk = LoopDisk.TryCreate(folder.FullPath, fileSystem, DiskBytes, out string reason);
        if (disk is null)
        {
            folder.Dispose();
            return (null, reason);
        }

        return (await RunAsync(options, new PowerCrash(disk, fileSystem), folder), "");
    }

    public void Dispose()
    {
        foreach (CrashProducer producer in _producers)
        {
            producer.Dispose();
        }

        _crash.Dispose();
        _folder.Dispose();
    }

    private static async Task<CrashReport> RunAsync(CrashOptions options, ICrash crash, TempFolder folder)
    {
        using CrashRun run = new(options, crash, folder);
        options.Say($"{crash.Name}: {options.Cycles} cycles, seed {options.Seed}, in {folder.FullPath}");
        ServerProcess server = run._launcher.Begin(crash.DataFolder);
        try
        {
            await server.WaitUntilReadyAsync(s_startDeadline);
            await run.BeginAsync(server);
            while (run._cycles < options.Cycles && !(options.StopAtLoss && run._lostFrames > 0))
            {
                server = await run.CycleAsync(server);
            }

            string digest = await run.EndAsync(server);
            return run.Report(digest);
        }
        finally
        {
            server.Dispose();
        }
    }

    /// <summary>Every producer is there before any goes on, so that no record is late because of the start.</summary>
    private async Task BeginAsync(ServerProcess server)
    {
        foreach (CrashProducer producer in _producers)
        {
            producer.Accept(producer.Connect(server.Port));
            producer.Play(until: 1);
            await producer.RestAsync(giveUp: false);
        }
    }

    /// <summary>Load, crash, perhaps more crashes during recovery, then the check. The new server comes back.</summary>
    private async Task<ServerProcess> CycleAsync(ServerProcess server)
    {
        foreach (CrashProducer producer in _producers)
        {
            producer.Play();
        }

        int longestMs = _random.Next(LongLoadOneIn) == 0 ? LongLoadFactor * _options.MaxLoadMs : _options.MaxLoadMs;
        await Task.Delay(_random.Next(ShortestLoadMs, longestMs));
        server = await CrashAsync(server);
        foreach (CrashProducer producer in _producers)
        {
            await producer.RestAsync(giveUp: true);
        }

        while (_random.Next(_options.CrashRecoveryOneIn) == 0)
        {
            Task ready = server.WaitUntilReadyAsync(s_startDeadline);
            _ = ready.ContinueWith(task => task.Exception, TaskScheduler.Default); // its end is what is wanted
            await Task.WhenAny(ready, Task.Delay(_random.Next(_options.MaxLoadMs)));
            _crashesWhileRecovering += ready.IsCompletedSuccessfully ? 0 : 1;
            server = await CrashAsync(server);
        }

        await server.WaitUntilReadyAsync(s_startDeadline);
        Check(server, producer => producer.Connect(server.Port));
        _cycles++;
        SayNowAndThen();
        return server;
    }

    private async Task<ServerProcess> CrashAsync(ServerProcess server)
    {
        await _crash.CrashAsync(server);
        server.Dispose();
        return _launcher.Begin(_crash.DataFolder);
    }

    /// <summary>While all producers rest: what was acked is there, and each frame was counted once.</summary>
    private void Check(ServerProcess server, Func<CrashProducer, long> askLast)
    {
        long lostBefore = _lostFrames;
        foreach (CrashProducer producer in _producers)
        {
            long last = askLast(producer);
            if (last < producer.Acked)
            {
                _lostFrames += producer.Acked - last;
                Find($"cycle {_cycles + 1}: {producer.Name} was acked up to {producer.Acked} as {producer.Level}, "
                    + $"{last} is what is left");
            }

            if (last > producer.Sent)
            {
                Find($"cycle {_cycles + 1}: {producer.Name} sent {producer.Sent}, the server knows {last}");
            }

            producer.Accept(last);
        }

        _cyclesWithLoss += _lostFrames > lostBefore ? 1 : 0;
        using ServerQuestions questions = ServerQuestions.Connect(server.Port);
        LedgerCheck ledger = LedgerCheck.Of(questions.Ask("ledger")[0], RecordsOf);
        _recordsTwice += ledger.RecordsTwice;
        foreach (string finding in ledger.Findings)
        {
            Find($"cycle {_cycles + 1}: {finding}");
        }
    }

    private long RecordsOf(string stream) =>
        _producers.Where(producer => producer.Stream == stream).Sum(producer => producer.AckedRecords);

    private async Task<string> EndAsync(ServerProcess server)
    {
        foreach (CrashProducer producer in _producers)
        {
            producer.Play(until: producer.Acked + _options.Load.InFlightFrames);
        }

        foreach (CrashProducer producer in _producers)
        {
            await producer.RestAsync(giveUp: false);
        }

        Check(server, producer => producer.Acked);
        string digest = AskDigest(server.Port);
        Totals expected = Totals.Of(_options.Load, [.. _producers.Take(CrashLoad.NumberProducerCount).Select(p => p.Acked)]);
        using (ServerQuestions questions = ServerQuestions.Connect(server.Port))
        {
            Expect("the totals of all records", expected, Totals.Read(questions));
        }

        Expect("the exit code after SIGTERM", 0, await server.TerminateAsync(s_startDeadline));
        Expect("faststream verify", 0, (await ServerLauncher.RunAsync("verify", _crash.DataFolder)).ExitCode);
        (_, string offline) = await ServerLauncher.RunAsync("digest", _crash.DataFolder);
        Expect("the digest says offline what it said online", true, offline.Contains(digest, StringComparison.Ordinal));
        _options.Say("the same frames again, undisturbed");
        Expect("the digest of an undisturbed run", await CalmDigestAsync(), digest);
        return digest;
    }

    /// <summary>The digest of a server that is sent the same frames and left in peace.</summary>
    private async Task<string> CalmDigestAsync()
    {
        const int Deep = 256;
        string data = _folder.PathOf("calm");
        CrashLoad load = _options.Load with { InFlightFrames = Deep };
        using ServerProcess server = _launcher.Begin(data);
        await server.WaitUntilReadyAsync(s_startDeadline);
        List<CrashProducer> calm = [];
        try
        {
            foreach (CrashSource source in load.Sources(_ => AckLevel.Durable))
            {
                CrashProducer producer = new(source, seed: 0) { ReconnectOneIn = 0 };
                calm.Add(producer);
                producer.Accept(producer.Connect(server.Port));
                producer.Play(until: 1);
                await producer.RestAsync(giveUp: false);
            }

            for (int p = 0; p < calm.Count; p++)
            {
                calm[p].Play(until: _producers[p].Acked);
            }

            foreach (CrashProducer producer in calm)
            {
                await producer.RestAsync(giveUp: false);
            }

            return AskDigest(server.Port);
        }
        finally
        {
            calm.ForEach(producer => producer.Dispose());
        }
    }

    private static string AskDigest(int port)
    {
        using ServerQuestions questions = ServerQuestions.Connect(port);
        return questions.Ask("digest")[0].GetProperty("digest").GetString()!;
    }

    private void Expect<T>(string what, T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            Find($"{what}: {found} where {expected} was due");
        }
    }

    private void Find(string finding)
    {
        _options.Say($"FOUND {finding}");
        if (_findings.Count < MostFindings)
        {
            _findings.Add(finding);
        }
    }

    private void SayNowAndThen()
    {
        if (_watch.Elapsed - _said > s_sayEvery)
        {
            _said = _watch.Elapsed;
            _options.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{_watch.Elapsed.TotalSeconds,6:N0} s  {_cycles}/{_options.Cycles} cycles, "
                    + $"{_producers.Sum(p => p.Acked):N0} frames acked, {_lostFrames} lost, {_recordsTwice} twice"));
        }
    }

    private CrashReport Report(string digest)
    {
        long acked = _producers.Sum(producer => producer.Acked);
        return new CrashReport
        {
            Title = $"{_crash.Name}, seed {_options.Seed}, acks {_options.Ack?.ToString().ToLowerInvariant() ?? "as they must survive"}",
            Cycles = _cycles,
            CrashesWhileRecovering = _crashesWhileRecovering,
            AckedFrames = acked,
            AckedRecords = _producers.Sum(producer => producer.AckedRecords),
            ResentFrames = _producers.Sum(producer => producer.ResentCount),
            DuplicateFrames = _producers.Sum(producer => producer.DuplicateCount),
            Reconnects = _producers.Sum(producer => producer.ReconnectCount),
            LostFrames = _lostFrames,
            CyclesWithLoss = _cyclesWithLoss,
            RecordsCountedTwice = _recordsTwice,
            Elapsed = _watch.Elapsed,
            Digest = digest,
            Findings = _findings,
        };
    }
}
