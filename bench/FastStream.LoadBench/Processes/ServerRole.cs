using System.Diagnostics;
using System.Globalization;
using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Monitoring;
using FastStream.Server;

namespace FastStream.LoadBench.Processes;

/// <summary>The server of a case: the real one, in a process of its own, over real sockets and files.</summary>
internal sealed class ServerRole
{
    public const string Name = "server";
    private readonly Process _self = Process.GetCurrentProcess();
    private bool _isRestarted; // then closed windows of before are not seen again
    private long _records;
    private long _rows;
    private double _valueSum;
    private (int Gen0, int Gen1, int Gen2) _collections;
    private TimeSpan _cpu;

    public static async Task<int> RunAsync(string settings) => await new ServerRole().ServeAsync(ServerSettings.Parse(settings));

    private async Task<int> ServeAsync(ServerSettings settings)
    {
        long start = Stopwatch.GetTimestamp();
        IngestionEngine? engine = null;
        await using ServerHost server = await ServerHost.StartAsync(
            OptionsOf(settings), options => engine = IngestionEngine.Open(options));
        using IDisposable results = engine!.OnResults("load", "v", rows =>
        {
            _rows += rows.Keys.Length;
            ReadOnlySpan<long> counts = rows.Counts;
            ReadOnlySpan<double> sums = rows.Values(1);
            for (int row = 0; row < counts.Length; row++)
            {
                _records += counts[row];
                _valueSum += sums[row];
            }
        });
        _isRestarted = server.RecoveredFrames > 0;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{server.FramePort} {server.HttpPort} {seconds}"));
        while (Console.ReadLine() is string question)
        {
            Console.WriteLine(await AnswerAsync(question, engine));
        }

        return 0;
    }

    private static ServerOptions OptionsOf(ServerSettings settings) => new()
    {
        HttpPort = 0,
        Frames = new FrameListenerOptions
        {
            Port = 0,
            MaxConnections = settings.MaxConnections,
            BusyPollConnections = settings.BusyPollConnections,
            MaxConnectionsPerAddress = settings.MaxConnections,
        },
        Streams = [StreamDefinition.Parse("load", settings.Stream) with { DefaultViews = [ViewDefinition.Parse("load", "v", settings.View)] }],
        Engine = new IngestionEngineOptions
        {
            DataDirectory = settings.Folder ?? "",
            Ephemeral = settings.Folder is null,
            Partitions = settings.Partitions,
            Snapshots = settings.SnapshotEveryBytes < 0
                ? new SnapshotOptions { EveryBytes = long.MaxValue, Every = TimeSpan.FromDays(1), AtClose = false }
                : new SnapshotOptions { EveryBytes = settings.SnapshotEveryBytes, AtClose = false },
        },
    };

    private async Task<string> AnswerAsync(string question, IngestionEngine engine)
    {
        switch (question)
        {
            case "mark":
                _collections = Collections();
                _self.Refresh();
                _cpu = _self.TotalProcessorTime;
                return "marked";
            case "snapshot":
                long start = Stopwatch.GetTimestamp();
                bool isTaken = await engine.SnapshotAsync();
                return isTaken ? Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("R", CultureInfo.InvariantCulture) : "none";
            case "totals":
                return (await TotalsAsync(engine)).ToJson();
            default:
                return "unknown question";
        }
    }

    private async Task<ServerTotals> TotalsAsync(IngestionEngine engine)
    {
        (int gen0, int gen1, int gen2) = Collections();
        _self.Refresh();
        ServerTotals measured = new()
        {
            Gen0 = gen0 - _collections.Gen0,
            Gen1 = gen1 - _collections.Gen1,
            Gen2 = gen2 - _collections.Gen2,
            CpuSeconds = (_self.TotalProcessorTime - _cpu).TotalSeconds,
            RssBytes = _self.WorkingSet64,
        };
        await engine.AdvanceAsync("load");
        Ledger ledger = await engine.LedgerAsync();
        long applied = ledger.Views.Single(view => view.View == "v").Applied;
        SpinWait.SpinUntil(() => Volatile.Read(ref _records) >= applied || _isRestarted, TimeSpan.FromSeconds(30));
        return measured with
        {
            Records = _records,
            ValueSum = _valueSum,
            ResultRows = _rows,
            IsBalanced = ledger.Balanced,
            Applied = applied,
        };
    }

    private static (int Gen0, int Gen1, int Gen2) Collections() =>
        (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
}
