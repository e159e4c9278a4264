using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FastStream.Cli.Generation;
using FastStream.Cli.Http;
using FastStream.Cli.Output;
using FastStream.Cli.Sending;
using FastStream.Cli.Sources;

namespace FastStream.Cli.Demo;

/// <summary>
/// The acts of the demo, in order; each shows what it does. What one act leaves for a later one stands in fields.
/// </summary>
internal sealed class DemoStory(DemoScreen screen, DemoFolder folder, int? partitions) : IDisposable
{
    private const int FlightCount = 200_000;
    private const double FlightsPerSecond = 20_000;
    private const double KillAtShare = 0.5;
    private const int RawRecordBytes = 32;
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(200);

    private readonly List<(string Name, string Value, string Explanation)> _figures = [];
    private ServerProcess? _server;
    private ServerClient? _client;
    private List<JsonObject> _windows = [];
    private JsonObject _ledger = [];
    private bool _digestsEqual;
    private double _sentBytes;

    private ServerProcess Server => _server!;

    private ServerClient Client => _client!;

    public async Task StartAsync(CancellationToken stop)
    {
        await StartServerAsync(0, 0, stop);
        screen.Step("server", $"process {Server.Id}: frames on 127.0.0.1:{Server.FramePort}, HTTP on "
            + $"{Server.HttpPort}, data in {folder.DataPath}");
        if (folder.IsVolatile)
        {
            screen.Note("that file system keeps nothing at a power cut, so no ack here is called durable");
        }

        JsonObject stream = new() { ["name"] = DemoViews.Stream, ["definition"] = DemoViews.StreamDefinition };
        await Client.PostAsync("/v1/streams", stream, stop);
        await Client.DeleteAsync($"/v1/streams/{DemoViews.Stream}/views/1m", stop);
        await AddViewAsync(DemoViews.ByOrigin, DemoViews.ByOriginDefinition, stop);
        await AddViewAsync(DemoViews.Impatient, DemoViews.ImpatientDefinition, stop);
        screen.Step("views", $"{DemoViews.ByOrigin}: {DemoViews.ByOriginDefinition}");
        screen.Note($"{DemoViews.Impatient}: {DemoViews.ImpatientDefinition}");
    }

    /// <summary>Sends all flights; kills the server half-way.</summary>
    public async Task LoadAsync(CancellationToken stop)
    {
        SendPlan plan = FlightsPlan();
        using RecordSource flights = RecordSource.Open(plan.Source, screen.Note, stop);
        screen.Step("load", string.Create(CultureInfo.InvariantCulture,
            $"LZ4 frames over TCP, acked when durable, {FlightsPerSecond:N0} records/s so that you can watch"));
        using CancellationTokenSource failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        SourceSender sender = new(plan, flights);
        long startedAt = Stopwatch.GetTimestamp();
        Task<SendOutcome> sending = sender.RunAsync(failed.Token);
        bool shown = false;
        bool killed = false;
        try
        {
            while (await Task.WhenAny(sending, Task.Delay(s_lookEvery, stop)) != sending)
            {
                stop.ThrowIfCancellationRequested();
                shown = shown || await TryShowFirstResultAsync(startedAt, stop);
                await ShowProgressAsync(sender.Progress, stop);
                if (!killed && sender.Progress.AckedRecords >= KillAtShare * FlightCount)
                {
                    killed = true;
                    await KillAndRestartAsync(sender.Progress, stop);
                }
            }
        }
        finally
        {
            await failed.CancelAsync();
        }

        SendOutcome outcome = await sending;
        _sentBytes = outcome.SentBytes;
        screen.Step("loaded", string.Create(CultureInfo.InvariantCulture,
            $"{outcome.AckedRecords:N0} records acked in {outcome.FrameCount:N0} frames"));
        screen.Note(outcome.DuplicateRecords == 0
            ? "none of them had been stored without its ack; such a one is sent again too, recognised and counted once"
            : string.Create(CultureInfo.InvariantCulture,
                $"{outcome.DuplicateRecords:N0} of them were stored before the kill but not yet acked: sent again, "
                    + $"recognised, counted once"));
    }

    /// <summary>Closes the last windows, reads results and ledger, and checks them.</summary>
    public async Task CloseAsync(CancellationToken stop)
    {
        await Client.PostAsync($"/v1/streams/{DemoViews.Stream}/advance", [], stop);
        WindowQuery query = new(DemoViews.Stream, DemoViews.ByOrigin, null, null, null, 1_000_000, IncludeOpen: false);
        _windows = WindowRows.From(await query.RunAsync(Client, stop));
        _ledger = await Client.GetAsync("/v1/ledger", stop);
        JsonObject info = await Client.GetAsync("/v1/info", stop);
        screen.Step("advance", string.Create(CultureInfo.InvariantCulture,
            $"the last windows are closed too: {_windows.Count:N0} results are stored, one for each hour and airport"));
        long journaled = _ledger["streams"]!.AsArray().Where(s => (string)s!["stream"]! == DemoViews.Stream)
            .Sum(s => (long)s!["journaledRecords"]!);
        if (journaled != FlightCount || (bool?)_ledger["balanced"] != true)
        {
            throw new CommandFailure(ExitCode.Failed,
                $"{FlightCount} flights were sent and {journaled} are journaled, ledger balanced: "
                    + $"{_ledger["balanced"]}; that is a bug");
        }

        double journalBytes = (double)(info["journalWrittenBytes"] ?? info["durableAddress"])!;
        string results = info["resultsWrittenBytes"] is { } bytes
            ? $", results {DemoReport.Megabytes((double)bytes)}"
            : "";
        double csvBytes = UnpackedBytes();
        _figures.Add(("bytes on disk", $"journal {DemoReport.Megabytes(journalBytes)}{results}",
            "each commit fills up its block of 4,096; the files are larger, made ahead so that a "
                + "flush is only a flush"));
        _figures.Add(("compression", string.Create(CultureInfo.InvariantCulture,
            $"{(double)FlightCount * RawRecordBytes / _sentBytes:N1} : 1 "
                + $"({_sentBytes / FlightCount:N1} bytes a flight)"),
            string.Create(CultureInfo.InvariantCulture,
                $"frames (encoded columns, then LZ4) against {RawRecordBytes} bytes raw; as CSV a flight takes "
                    + $"{csvBytes / FlightCount:N1}")));
    }

    /// <summary>The same digest before and after: what was rebuilt from disk is what was in memory.</summary>
    public async Task RestartCleanlyAsync(CancellationToken stop)
    {
        string before = await DigestAsync(stop);
        await Server.StopAsync();
        await StartServerAsync(Server.FramePort, Server.HttpPort, stop);
        string after = await DigestAsync(stop);
        _digestsEqual = before == after;
        screen.Step("restart", string.Create(CultureInfo.InvariantCulture,
            $"stopped with SIGTERM and started again in {Server.StartTime.TotalSeconds:N1} s; digests "
                + $"{(_digestsEqual ? "are equal" : "DIFFER")}"));
        _figures.Add(("digest before", before, "SHA-256 over streams, producers, counters and all windows"));
        _figures.Add(("digest after", after, _digestsEqual
            ? "the same bits after recovery from disk"
            : "DIFFERENT: that is a bug"));
    }

    /// <summary>The flights were slowed down to be watched; this is not.</summary>
    public async Task MeasureSpeedAsync(CancellationToken stop)
    {
        GeneratePlan plan = new()
        {
            Host = "127.0.0.1",
            Port = Server.FramePort,
            Stream = "speed",
            Epoch = 0,
            Records = new RecordGenerator(1, "demo", recordsPerFrame: 10_000, keyCount: 10_000)
            {
                StartNs = DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeSeconds() * EventTime.NsPerSecond,
            },
            FrameCount = 1_000,
            MaxInFlightFrames = 16,
        };
        LoadOutcome outcome = await Task.Factory.StartNew(
            () => Load.Play(plan, screen.Note, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        double records = plan.FrameCount * plan.Records.RecordsPerFrame;
        double perSecond = records / outcome.Elapsed.TotalSeconds;
        string rate = string.Create(CultureInfo.InvariantCulture, $"{perSecond:N0} records/s");
        screen.Step("speed", string.Create(CultureInfo.InvariantCulture, $"{records:N0} generated records at "
            + $"full speed: {rate}"));
        _figures.Insert(0, ("speed", rate, string.Create(CultureInfo.InvariantCulture,
            $"generated, 24 bytes each, 10,000 keys, durable, sender on the same {Environment.ProcessorCount} cores")));
        _figures.Insert(1, ("ack latency", string.Create(CultureInfo.InvariantCulture,
            $"p50 {outcome.LatencyNs.Percentile(0.5) / 1e6:N1} ms, p99 "
                + $"{outcome.LatencyNs.Percentile(0.99) / 1e6:N1} ms"),
            "of a frame of 10,000 records at that load, sent to durable"));
    }

    public async Task<ExitCode> ReportAsync(CancellationToken stop)
    {
        screen.Output.WriteLine();
        DemoReport report = new(screen.Output);
        report.WorstAirports(_windows);
        report.Lateness(_ledger);
        report.Ledger(_ledger);
        report.Figures(_figures);
        stop.ThrowIfCancellationRequested();
        await Server.StopAsync();
        return _digestsEqual ? ExitCode.Ok : ExitCode.Failed;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
    }

    private SendPlan FlightsPlan()
    {
        return new SendPlan
        {
            Source = new SourceOptions
            {
                Path = FlightsFile(),
                KeyColumn = "origin",
                TimeColumn = "time",
                Fields = ["delay", "distance"],
            },
            Host = "127.0.0.1",
            Port = Server.FramePort,
            Stream = DemoViews.Stream,
            Producer = "landings",
            RecordsPerSecond = FlightsPerSecond,
            Compress = true,
        };
    }

    private static string FlightsFile()
    {
        return Path.Combine(AppContext.BaseDirectory, "flights.csv.gz");
    }

    private static long UnpackedBytes()
    {
        using FileStream file = File.OpenRead(FlightsFile());
        using System.IO.Compression.GZipStream unpacked = new(file, System.IO.Compression.CompressionMode.Decompress);
        byte[] block = new byte[1 << 16];
        long bytes = 0;
        for (int read = unpacked.Read(block); read > 0; read = unpacked.Read(block))
        {
            bytes += read;
        }

        return bytes;
    }

    private async Task StartServerAsync(int framePort, int httpPort, CancellationToken stop)
    {
        _server?.Dispose();
        _server = await ServerProcess.StartAsync(folder, framePort, httpPort, partitions, stop);
        _client?.Dispose();
        _client = new ServerClient("127.0.0.1", _server.HttpPort);
    }

    private async Task AddViewAsync(string name, string definition, CancellationToken stop)
    {
        JsonObject view = new() { ["stream"] = DemoViews.Stream, ["name"] = name, ["definition"] = definition };
        await Client.PostAsync("/v1/views", view, stop);
    }

    private async Task<bool> TryShowFirstResultAsync(long startedAt, CancellationToken stop)
    {
        WindowQuery query = new(DemoViews.Stream, DemoViews.ByOrigin, null, null, null, 1_000, IncludeOpen: false);
        if (WindowRows.From(await query.RunAsync(Client, stop)).MaxBy(w => (long)w["count"]!) is not { } first)
        {
            return false;
        }

        screen.Note(string.Create(CultureInfo.InvariantCulture,
            $"first result after {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:N1} s: from {first["key"]}, hour "
            + $"of {first["start"]}: {first["count"]} flights, mean delay {(double)first["mean(delay)"]!:N1} min, p95 "
            + $"{(double)first["p95(delay)"]!:N0} min"));
        return true;
    }

    private async Task ShowProgressAsync(SendProgress progress, CancellationToken stop)
    {
        JsonObject views = await Client.GetAsync($"/v1/views?stream={DemoViews.Stream}", stop);
        JsonNode? view = views["views"]!.AsArray().FirstOrDefault(v => (string)v!["name"]! == DemoViews.ByOrigin);
        double share = (double)progress.AckedRecords / FlightCount;
        screen.Progress(share, string.Create(CultureInfo.InvariantCulture,
            $"{progress.AckedRecords:N0} acked; event time {view?["watermark"]}; "
                + $"{RowWriter.Show(view?["closedWindows"])} windows closed"));
    }

    private async Task KillAndRestartAsync(SendProgress progress, CancellationToken stop)
    {
        int port = Server.FramePort;
        int http = Server.HttpPort;
        int id = Server.Id;
        await AwaitRecordsUnderWayAsync(progress, stop);
        await Server.KillAsync();
        long acked = progress.AckedRecords;
        screen.Step("kill -9", string.Create(CultureInfo.InvariantCulture,
            $"process {id} is gone in mid-load: {acked:N0} records acked, "
                + $"{progress.SentRecords - acked:N0} under way"));
        await StartServerAsync(port, http, stop);
        screen.Step("recover", string.Create(CultureInfo.InvariantCulture,
            $"a new process reads {Server.RecoveredFrames:N0} frames back in {Server.StartTime.TotalSeconds:N1} s; "
            + $"the producer connects again and sends what was not acked"));
    }

    /// <summary>The harder moment for a kill: some records are sent and their ack has not come.</summary>
    private static async Task AwaitRecordsUnderWayAsync(SendProgress progress, CancellationToken stop)
    {
        long from = Stopwatch.GetTimestamp();
        while (progress.SentRecords == progress.AckedRecords && Stopwatch.GetElapsedTime(from) < s_lookEvery)
        {
            await Task.Delay(1, stop);
        }
    }

    private async Task<string> DigestAsync(CancellationToken stop)
    {
        JsonObject digest = await Client.GetAsync("/v1/digest", stop);
        return (string)digest["digest"]!;
    }
}
