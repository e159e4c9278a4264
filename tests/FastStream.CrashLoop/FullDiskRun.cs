using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>
/// Fills the server's disk under load and gives the space back: while it is full, producers are told why and questions
/// are answered; with space everything goes on by itself. Then it is killed, and told to end, on a full disk. Nothing
/// acked may be lost, nothing counted twice.
/// </summary>
internal sealed partial class FullDiskRun : IDisposable
{
    private const long DiskBytes = 128L << 20;
    private const long BytesLeft = 6L << 20;
    private const int Fillings = 2;
    private const int DiskFullCode = 9;
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_fullTime = TimeSpan.FromSeconds(2);

    private readonly CrashLoad _load;
    private readonly LoopDisk _disk;
    private readonly TempFolder _folder;
    private readonly ServerLauncher _launcher;
    private readonly ProducerTeam _team;
    private readonly Findings _findings;
    private readonly List<double> _resumeMs = [];
    private readonly string _data;
    private readonly Action<string> _say;
    private ServerProcess _server;
    private string _lastRefusal = "";
    private FullDiskReport _report;

    private FullDiskRun(CrashOptions options, LoopDisk disk, TempFolder folder, string fileSystem)
    {
        bool isVolatile = fileSystem == LoopDisk.Tmpfs;
        _disk = disk;
        _folder = folder;
        _data = Path.Combine(disk.MountPoint, "data");
        _load = options.Load with { RetainedJournalBytes = 2 * DiskBytes };
        string[] more = isVolatile ? ["--allow-volatile"] : [];
        _launcher = new ServerLauncher(folder.PathOf("full.json"), _load, options.Seed, more);
        _say = options.Say;
        _findings = new Findings(options.Say);
        _team = new ProducerTeam(
            _load, _ => isVolatile ? AckLevel.Written : AckLevel.Durable, options.Seed, reconnectOneIn: 0);
        _report = new FullDiskReport { Title = $"full disk, {fileSystem}, seed {options.Seed}" };
        _server = _launcher.Begin(_data);
    }

    public static async Task<(FullDiskReport? Report, string Skipped)> RunAsync(CrashOptions options, string fileSystem)
    {
        TempFolder folder = new(options.Folder);
        LoopDisk? disk = LoopDisk.TryCreate(folder.FullPath, fileSystem, DiskBytes, out string reason);
        if (disk is null)
        {
            folder.Dispose();
            return (null, reason);
        }

        using FullDiskRun run = new(options, disk, folder, fileSystem);
        return (await run.ReportAsync(), "");
    }

    public void Dispose()
    {
        _server.Dispose();
        _team.Dispose();
        _disk.Dispose();
        _folder.Dispose();
    }

    private async Task<FullDiskReport> ReportAsync()
    {
        await _findings.GuardAsync(PlayAsync);
        return _report with
        {
            AckedFrames = _team.AckedFrames,
            Refusals = _team.Members.Sum(producer => producer.RefusalCount),
            LastRefusal = _lastRefusal,
            ResumeMs = _resumeMs,
            Findings = _findings.Kept,
        };
    }

    private async Task PlayAsync()
    {
        await _server.WaitUntilReadyAsync(s_deadline);
        await _team.BeginAsync(_server.Port);
        for (int filling = 0; filling < Fillings; filling++)
        {
            await FillAndFreeAsync();
        }

        await KillWhileFullAsync();
        await EndWhileFullAsync();
        await _team.PlayAsync(until: producer => producer.Acked + 1);
        FinalProof proof = new(_load, _launcher, _folder.PathOf("calm"), _findings);
        await proof.CheckAsync(_server, _data, _team);
    }

    /// <summary>Under load: full, observed, free again.</summary>
    private async Task FillAndFreeAsync()
    {
        _team.Play();
        using (Ballast ballast = await FillAsync())
        {
            await ObserveAsync();
        }

        Stopwatch watch = Stopwatch.StartNew();
        long[] acked = [.. _team.Members.Select(producer => producer.Acked)];
        await Eventually.Until(() => _team.Members.Index().All(member => member.Item.Acked > acked[member.Index]), s_deadline);
        _resumeMs.Add(watch.Elapsed.TotalMilliseconds);
        await _team.FinishAsync();
    }

    /// <summary>Returns once every producer has been told that the disk is full.</summary>
    private async Task<Ballast> FillAsync()
    {
        long[] refusals = [.. _team.Members.Select(producer => producer.RefusalCount)];
        Ballast ballast = _disk.Fill(BytesLeft);
        await Eventually.Until(
            () => _team.Members.Index().All(member => member.Item.RefusalCount > refusals[member.Index]), s_deadline);
        _lastRefusal = _team.Members[0].LastRefusal;
        foreach (CrashProducer producer in _team.Members)
        {
            _findings.Expect(
                $"{producer.Name} was refused with DISK_FULL (\"{producer.LastRefusal}\")",
                true,
                producer.LastRefusal.StartsWith("DISK_FULL ", StringComparison.Ordinal));
        }

        return ballast;
    }

    /// <summary>Asks question after question for a while, and counts what the server writes meanwhile.</summary>
    private async Task ObserveAsync()
    {
        Stopwatch watch = Stopwatch.StartNew();
        int linesBefore = CountLines();
        long snapshotsBefore = await CountSnapshotsAsync();
        int answers = 0;
        double slowestMs = 0;
        using ServerQuestions questions = ServerQuestions.Connect(_server.Port);
        while (watch.Elapsed < s_fullTime)
        {
            foreach (string question in (string[])["ledger", "streams", $"windows?stream={CrashLoad.Stream}&view=all&open=true"])
            {
                long began = Stopwatch.GetTimestamp();
                questions.Ask(question);
                answers++;
                slowestMs = Math.Max(slowestMs, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        long snapshots = await CountSnapshotsAsync() - snapshotsBefore;
        int lines = CountLines() - linesBefore;
        double seconds = watch.Elapsed.TotalSeconds;
        _findings.Expect($"{lines} log lines in {seconds:N1} s are at most one a second", true, lines <= seconds + 1);
        _report = _report with
        {
            Answers = _report.Answers + answers,
            SlowestAnswerMs = Math.Max(_report.SlowestAnswerMs, slowestMs),
            FullSeconds = _report.FullSeconds + seconds,
            LogLines = _report.LogLines + lines,
            SnapshotsWhileFull = _report.SnapshotsWhileFull + snapshots,
        };
        _say(string.Create(
            CultureInfo.InvariantCulture,
            $"full for {seconds:N1} s: {answers} answers, {lines} log lines, {snapshots} snapshots; {_team.Members[0].LastRefusal}"));
    }

    private async Task KillWhileFullAsync()
    {
        _team.Play();
        using (Ballast ballast = await FillAsync())
        {
            await _server.KillAsync();
            await _team.RestAsync(giveUp: true);
            Begin();
            try
            {
                await _server.WaitUntilReadyAsync(s_deadline);
                _report = _report with { StartWhileFull = "answers questions" };
                Check();
            }
            catch (InvalidOperationException ended)
            {
                int exitCode = await _server.WaitForExitAsync(s_deadline);
                _report = _report with { StartWhileFull = $"exit code {exitCode}" };
                _say($"killed and started on the full disk: {ended.Message}");
                _findings.Expect($"the exit code of a start on a full disk ({ended.Message})", DiskFullCode, exitCode);
            }
        }

        await _server.KillAsync();
        Begin();
        await _server.WaitUntilReadyAsync(s_deadline);
        Check();
    }

    private async Task EndWhileFullAsync()
    {
        _team.Play();
        using (Ballast ballast = await FillAsync())
        {
            int exitCode = await _server.TerminateAsync(s_deadline);
            await _team.RestAsync(giveUp: true);
            _report = _report with { ExitCodeWhileFull = exitCode };
        }

        Begin();
        await _server.WaitUntilReadyAsync(s_deadline);
        Check();
    }

    private void Begin()
    {
        _server.Dispose();
        _server = _launcher.Begin(_data);
    }

    private void Check()
    {
        foreach (CrashProducer producer in _team.Members)
        {
            long last = producer.Connect(_server.Port);
            _findings.Expect($"{producer.Name} finds its {producer.Acked} acked frames again", true, last >= producer.Acked);
            producer.Accept(last);
        }

        using ServerQuestions questions = ServerQuestions.Connect(_server.Port);
        foreach (string finding in LedgerCheck.Of(questions.Ask("ledger")[0], _team.AckedRecordsOf).Findings)
        {
            _findings.Add(finding);
        }
    }

    private int CountLines() => _server.Output.Split('\n').Length;

    private async Task<long> CountSnapshotsAsync()
    {
        using HttpClient http = new();
        string page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{_server.HttpPort}/metrics"));
        return long.Parse(Snapshots().Match(page).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^faststream_snapshots_completed_total (\d+)", RegexOptions.Multiline)]
    private static partial Regex Snapshots();
}
