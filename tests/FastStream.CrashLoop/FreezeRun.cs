using System.Diagnostics;
using System.Globalization;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>
/// SIGSTOP and SIGCONT in the middle of a load: now the server stands still, now a process that sends, for a moment or
/// for longer than a hasty time-out would bear. Nothing may be lost, counted twice or late because of it.
/// </summary>
internal sealed class FreezeRun : IDisposable
{
    private const int LongestStopMs = 800;
    private const int LongestLoadMs = 150;
    private const int SenderFrames = 4_000;
    private const int SenderRecordsPerSecond = 60_000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(3);

    private readonly CrashOptions _options;
    private readonly TempFolder _folder;
    private readonly ServerLauncher _launcher;
    private readonly ProducerTeam _team;
    private readonly Findings _findings;
    private readonly Random _random;
    private readonly string _data;
    private readonly ServerProcess _server;
    private TimeSpan _stopped;
    private FreezeReport _report;

    private FreezeRun(CrashOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _folder = new TempFolder(options.Folder);
        _data = _folder.PathOf("data");
        _launcher = new ServerLauncher(_folder.PathOf("freeze.json"), options.Load, options.Seed);
        _findings = new Findings(options.Say);
        _team = new ProducerTeam(options.Load, _ => AckLevel.Durable, options.Seed, options.ReconnectOneIn);
        _report = new FreezeReport { Title = $"SIGSTOP and SIGCONT, seed {options.Seed}" };
        _server = _launcher.Begin(_data);
    }

    public static async Task<FreezeReport> RunAsync(CrashOptions options)
    {
        using FreezeRun run = new(options);
        options.Say($"SIGSTOP and SIGCONT: {options.Cycles} stops, seed {options.Seed}");
        Stopwatch watch = Stopwatch.StartNew();
        await run._findings.GuardAsync(run.PlayAsync);
        return run._report with
        {
            Stopped = run._stopped,
            AckedFrames = run._team.AckedFrames + SenderFrames,
            RefusedFrames = run._team.Members.Sum(producer => producer.RefusalCount),
            Elapsed = watch.Elapsed,
            Findings = run._findings.Kept,
        };
    }

    public void Dispose()
    {
        _server.Dispose();
        _team.Dispose();
        _folder.Dispose();
    }

    private async Task PlayAsync()
    {
        await _server.WaitUntilReadyAsync(s_deadline);
        await _team.BeginAsync(_server.Port);
        _team.Play();
        using ServerProcess sender = ServerProcess.BeginTool(SenderArguments(_server.Port));
        for (int stop = 0; stop < _options.Cycles; stop++)
        {
            await Task.Delay(_random.Next(LongestLoadMs));
            bool isServer = sender.HasExited || _random.Next(2) == 0;
            await StopAsync(isServer ? _server.Id : sender.Id);
            _report = _report with
            {
                ServerStops = _report.ServerStops + (isServer ? 1 : 0),
                SenderStops = _report.SenderStops + (isServer ? 0 : 1),
            };
        }

        await _team.FinishAsync();
        int exitCode = await sender.WaitForExitAsync(s_deadline);
        _findings.Expect("the exit code of the sender", (0, ""), (exitCode, exitCode == 0 ? "" : sender.Output));
        FinalProof proof = new(_options.Load, _launcher, _folder.PathOf("calm"), _findings)
        {
            MoreRecords = new(CrashLoad.SenderStream, SenderFrames * _options.Load.RecordsPerFrame),
            More = server => ServerLauncher.RunAsync(SenderArguments(server.Port)),
        };
        _report = _report with { Digest = await proof.CheckAsync(_server, _data, _team) };
    }

    private async Task StopAsync(int process)
    {
        PowerCrash.Freeze(process);
        long began = Stopwatch.GetTimestamp();
        await Task.Delay(_random.Next(LongestStopMs));
        _ = LinuxCalls.Kill(process, LinuxCalls.ContinueSignal);
        _stopped += Stopwatch.GetElapsedTime(began);
    }

    private string[] SenderArguments(int port) =>
    [
        "generate", "--port", port.ToString(CultureInfo.InvariantCulture), "--stream", CrashLoad.SenderStream,
        "--producer", "sender", "--epoch", "1", "--frames", SenderFrames.ToString(CultureInfo.InvariantCulture),
        "--records", _options.Load.RecordsPerFrame.ToString(CultureInfo.InvariantCulture), "--keys", "50", "--retry",
        "--rate", SenderRecordsPerSecond.ToString(CultureInfo.InvariantCulture),
    ];
}
