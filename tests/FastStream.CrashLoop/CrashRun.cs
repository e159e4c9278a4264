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
    private const int BirthOneIn = 20;
    private const int LongestBirthMs = 700;
    private const int OrderOneIn = 4;
    private const int EndOneIn = 8;
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_sayEvery = TimeSpan.FromSeconds(5);

    private readonly CrashOptions _options;
    private readonly ICrash _crash;
    private readonly TempFolder _folder;
    private readonly Random _random;
    private readonly ProducerTeam _team;
    private readonly ServerLauncher _launcher;
    private readonly Findings _findings;
    private readonly StreamOrders _orders;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private ServerProcess _server;
    private TimeSpan _said;
    private int _cycles;
    private int _births;
    private int _journalFiles;
    private int _stateFiles;
    private int _crashesWhileRecovering;
    private int _crashesWhileEnding;
    private int _cyclesWithLoss;
    private long _lostFrames;
    private long _recordsTwice;

    private CrashRun(CrashOptions options, ICrash crash, TempFolder folder)
    {
        _options = options;
        _crash = crash;
        _folder = folder;
        _random = new Random(options.Seed);
        _launcher = new ServerLauncher(folder.PathOf("crash.json"), options.Load, options.Seed);
        _findings = new Findings(options.Say);
        _orders = new StreamOrders(_findings);
        _team = new ProducerTeam(
            options.Load, p => options.Ack ?? crash.LevelOf(p), _random.Next(), options.ReconnectOneIn);
        _server = _launcher.Begin(crash.DataFolder);
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

        PowerCrash crash = new(disk, fileSystem, freezesFirst: options.Ack != AckLevel.Written);
        return (await RunAsync(options, crash, folder), "");
    }

    public void Dispose()
    {
        _server.Dispose();
        _team.Dispose();
        _orders.Dispose();
        _crash.Dispose();
        _folder.Dispose();
    }

    private static async Task<CrashReport> RunAsync(CrashOptions options, ICrash crash, TempFolder folder)
    {
        using CrashRun run = new(options, crash, folder);
        options.Say($"{crash.Name}: {options.Cycles} cycles, seed {options.Seed}, in {folder.FullPath}");
        string digest = "";
        await run._findings.GuardAsync(async () => digest = await run.PlayAsync());
        run.KeepIfFound();
        return run.Report(digest);
    }

    private async Task<string> PlayAsync()
    {
        await CrashAtBirthAsync();
        await _server.WaitUntilReadyAsync(s_startDeadline);
        await _team.BeginAsync(_server.Port);
        while (_cycles < _options.Cycles)
        {
            await CycleAsync();
        }

        await _team.PlayAsync(until: producer => producer.Acked + _options.Load.InFlightFrames);
        IReadOnlyList<string> ordered;
        using (ServerQuestions questions = ServerQuestions.Connect(_server.Port))
        {
            ordered = StreamOrders.NamesIn(questions);
        }

        FinalProof proof = new(_options.Load, _launcher, _folder.PathOf("calm"), _findings)
        {
            More = calm => _orders.RepeatAsync(calm, ordered),
        };
        string digest = await proof.CheckAsync(_server, _crash.DataFolder, _team);
        _journalFiles = FilesBegun("journal");
        _stateFiles = FilesBegun("state");
        return digest;
    }

    /// <summary>Crashes while a data folder is being made; the next start must make it whole.</summary>
    private async Task CrashAtBirthAsync()
    {
        for (int birth = 0; birth < 1 + (_options.Cycles / BirthOneIn); birth++)
        {
            await Task.Delay(_random.Next(LongestBirthMs));
            await CrashAsync();
            await _server.WaitUntilReadyAsync(s_startDeadline);
            await _crash.CrashAsync(_server);
            Directory.Delete(_crash.DataFolder, recursive: true);
            Restart();
            _births++;
        }
    }

    /// <summary>Load, crash, perhaps more crashes during recovery, then the check.</summary>
    private async Task CycleAsync()
    {
        _team.Play();
        Task order = _random.Next(OrderOneIn) == 0 ? _orders.PlaceAsync(_server.HttpPort) : Task.CompletedTask;
        int longestMs = _random.Next(LongLoadOneIn) == 0 ? LongLoadFactor * _options.MaxLoadMs : _options.MaxLoadMs;
        if (_random.Next(2) == 0)
        {
            // Half of the time from the first new ack on: on a slow machine most crashes would come before it.
            long acked = _team.AckedFrames;
            await Eventually.Until(() => _team.AckedFrames > acked, s_startDeadline);
        }

        await Task.Delay(_random.Next(ShortestLoadMs, longestMs));
        if (_random.Next(EndOneIn) == 0)
        {
            // An end in order, which the crash finds half done.
            _ = LinuxCalls.Kill(_server.Id, LinuxCalls.TerminateSignal);
            await Task.Delay(_random.Next(_options.MaxLoadMs));
            _crashesWhileEnding += _server.HasExited ? 0 : 1;
        }

        await CrashAsync();
        await _team.RestAsync(giveUp: true);
        await order;
        while (_random.Next(_options.CrashRecoveryOneIn) == 0)
        {
            Task ready = _server.WaitUntilReadyAsync(s_startDeadline);
            _ = ready.ContinueWith(task => task.Exception, TaskScheduler.Default); // its end is what is wanted
            await Task.WhenAny(ready, Task.Delay(_random.Next(_options.MaxLoadMs)));
            _crashesWhileRecovering += ready.IsCompletedSuccessfully ? 0 : 1;
            await CrashAsync();
        }

        await _server.WaitUntilReadyAsync(s_startDeadline);
        Check();
        _cycles++;
        SayNowAndThen();
    }

    private async Task CrashAsync()
    {
        await _crash.CrashAsync(_server);
        Restart();
    }

    private void Restart()
    {
        _server.Dispose();
        _server = _launcher.Begin(_crash.DataFolder);
    }

    /// <summary>While all producers rest: what was acked is there, and each frame was counted once.</summary>
    private void Check()
    {
        long lostBefore = _lostFrames;
        foreach (CrashProducer producer in _team.Members)
        {
            long last = producer.Connect(_server.Port);
            if (last < producer.Acked)
            {
                _lostFrames += producer.Acked - last;
                _findings.Add($"cycle {_cycles + 1}: {producer.Name} was acked up to {producer.Acked} as {producer.Level}, "
                    + $"{last} is what is left");
            }

            if (last > producer.Sent)
            {
                _findings.Add($"cycle {_cycles + 1}: {producer.Name} sent {producer.Sent}, the server knows {last}");
            }

            producer.Accept(last);
        }

        _cyclesWithLoss += _lostFrames > lostBefore ? 1 : 0;
        using ServerQuestions questions = ServerQuestions.Connect(_server.Port);
        LedgerCheck ledger = LedgerCheck.Of(questions.Ask("ledger")[0], _team.AckedRecordsOf);
        _orders.Check(questions);
        _recordsTwice += ledger.RecordsTwice;
        foreach (string finding in ledger.Findings)
        {
            _findings.Add($"cycle {_cycles + 1}: {finding}");
        }
    }

    /// <summary>What a control loses is no finding to look into.</summary>
    private void KeepIfFound()
    {
        if (_findings.Kept.Count > 0 && _options.KeepFolder is string keep)
        {
            _server.Dispose();
            string kept = Path.Combine(keep, $"crash-found-{_options.Seed}");
            using Process copy = Process.Start("cp", ["-a", _crash.DataFolder, kept]);
            copy.WaitForExit();
            _options.Say($"the data folder is kept in {kept}");
        }
    }

    /// <summary>Files are numbered from 0 and removed from the front.</summary>
    private int FilesBegun(string log) => 1 + Directory.EnumerateFiles(Path.Combine(_crash.DataFolder, log), "log.*")
        .Max(path => int.Parse(Path.GetExtension(path)[1..], CultureInfo.InvariantCulture));

    private void SayNowAndThen()
    {
        if (_watch.Elapsed - _said > s_sayEvery)
        {
            _said = _watch.Elapsed;
            _options.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{_watch.Elapsed.TotalSeconds,6:N0} s  {_cycles}/{_options.Cycles} cycles, "
                    + $"{_team.AckedFrames:N0} frames acked, {_lostFrames} lost, {_recordsTwice} twice"));
        }
    }

    private CrashReport Report(string digest)
    {
        return new CrashReport
        {
            Title = $"{_crash.Name}, seed {_options.Seed}, acks {_options.Ack?.ToString().ToLowerInvariant() ?? "as they must survive"}",
            Cycles = _cycles,
            CrashesAtBirth = _births,
            CrashesWhileRecovering = _crashesWhileRecovering,
            CrashesWhileEnding = _crashesWhileEnding,
            JournalFiles = _journalFiles,
            StateFiles = _stateFiles,
            AnsweredOrders = _orders.AnsweredCount,
            AckedFrames = _team.AckedFrames,
            AckedRecords = _team.Members.Sum(producer => producer.AckedRecords),
            ResentFrames = _team.Members.Sum(producer => producer.ResentCount),
            DuplicateFrames = _team.Members.Sum(producer => producer.DuplicateCount),
            Reconnects = _team.Members.Sum(producer => producer.ReconnectCount),
            LostFrames = _lostFrames,
            CyclesWithLoss = _cyclesWithLoss,
            RecordsCountedTwice = _recordsTwice,
            Elapsed = _watch.Elapsed,
            Digest = digest,
            Findings = _findings.Kept,
        };
    }
}
