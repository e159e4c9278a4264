using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>Every case; a new one is a line here.</summary>
internal static class CaseCatalog
{
    public const string Off = "loopback-off";
    public const string OffKeys100 = "loopback-off-100-keys";
    public const string OffKeys1M = "loopback-off-1m-keys";
    public const string OffManyWindows = "loopback-off-many-windows";
    public const string OffZipf = "loopback-off-zipf";
    public const string OffTwo = "loopback-off-2-partitions";
    public const string Applied = "loopback-applied";
    public const string Written = "loopback-written";
    public const string Durable = "loopback-durable";
    public const string Encoded = "loopback-durable-encoded";
    public const string Small = "loopback-durable-frames-of-100";
    public const string SmallTogether = "loopback-durable-frames-of-100-together";
    public const string OneTogether = "loopback-durable-frames-of-1-together";
    public const string Send100 = "producer-calls-of-100";
    public const string Send1 = "producer-single-records";
    public const string Billion = "producer-billion-records";
    public const string Many = "connections-1000";
    public const string PingDurable = "ack-durable";
    public const string PingApplied = "ack-applied";
    public const string PingBusy = "ack-applied-busy";
    public const string InProcess = "in-process-1-partition";
    public const string OpenLoop = "open-loop-durable";

    /// <summary>The rates of the open loop, in percent of what a closed one reaches with such small frames.</summary>
    public static IReadOnlyList<int> OpenLoopPercents { get; } = [10, 50, 90];

    /// <summary>What the open loop's figures at a rate are called.</summary>
    public static string AtPercent(int percent) => $" at {percent} %";

    // Any name: a folder of the run's is made instead.
    private const string OnDisk = "data";
    private static readonly ServerSettings s_disk = new() { Folder = OnDisk };

    // Frames under way are about as many bytes in all of these cases, 15 MB: what a disk that pauses for 40 ms takes.
    public static IReadOnlyList<ILoadCase> All { get; } =
    [
        new ThroughputCase(Off, "frames of 10,000 records, nothing journaled", AckLevel.Applied),
        new ThroughputCase(OffKeys100, "the same with 100 keys", AckLevel.Applied) { Workload = new() { KeyCount = 100 } },
        new ThroughputCase(OffKeys1M, "the same with a million keys", AckLevel.Applied)
        {
            Workload = new() { KeyCount = 1_000_000 },
        },
        new ThroughputCase(OffManyWindows, "a window of 10,000 keys every million records", AckLevel.Applied)
        {
            Workload = new() { StepNs = Workload.ManyWindowsStepNs },
        },
        new ThroughputCase(OffZipf, "the same, few of the 10,000 keys have most of the records", AckLevel.Applied)
        {
            Workload = new() { IsZipf = true },
        },
        new ThroughputCase(OffTwo, "the same with two partitions", AckLevel.Applied) { Server = new() { Partitions = 2 } },
        new ThroughputCase(Applied, "journaled, acked when applied", AckLevel.Applied) { Server = s_disk },
        new ThroughputCase(Written, "journaled, acked when written", AckLevel.Written) { Server = s_disk },
        new ThroughputCase(Durable, "journaled, acked when flushed", AckLevel.Durable) { Server = s_disk },
        new ThroughputCase(Encoded, "the same in the smallest encoding: named keys", AckLevel.Durable)
        {
            Workload = new() { HasNamedKeys = true, Encoding = EncodingMode.Auto },
            InFlight = 160,
            Server = s_disk with { Stream = "text (value)" },
        },
        new ThroughputCase(Small, "frames of 100 records, each a write of its own", AckLevel.Durable)
        {
            Workload = new() { RecordsPerFrame = 100 },
            InFlight = 6_000,
            Server = s_disk,
        },
        new ThroughputCase(SmallTogether, "frames of 100 records, 100 a write", AckLevel.Durable)
        {
            Workload = new() { RecordsPerFrame = 100 },
            InFlight = 6_000,
            FramesPerWrite = 100,
            Server = s_disk,
        },
        new ThroughputCase(OneTogether, "frames of a record, 1,000 a write", AckLevel.Durable)
        {
            Workload = new() { RecordsPerFrame = 1 },
            InFlight = 32_000,
            FramesPerWrite = 1_000,
            Server = s_disk,
        },
        new ProducerCase(Send100, recordsPerCall: 100, OnDisk),
        new ProducerCase(Send1, recordsPerCall: 1, folder: null),
        new ProducerCase(Billion, recordsPerCall: 1_000, folder: null) { RecordCount = 1_000_000_000 },
        new ManyConnectionsCase(Many, AckLevel.Durable, OnDisk),
        new PingPongCase(PingDurable, AckLevel.Durable, OnDisk, isBusy: false),
        new PingPongCase(PingApplied, AckLevel.Applied, folder: null, isBusy: false),
        new PingPongCase(PingBusy, AckLevel.Applied, folder: null, isBusy: true),
        new OpenLoopCase(OpenLoop, AckLevel.Durable, OnDisk),
        new PartitionsCase(InProcess, 1, 10_000),
        new PartitionsCase("in-process-2-partitions", 2, 10_000),
        new PartitionsCase("in-process-1-partition-1m-keys", 1, 1_000_000),
        new PartitionsCase("in-process-2-partitions-1m-keys", 2, 1_000_000),
        new HandOverCase(),
        new EmbeddedLatencyCase(),
        new ReplayCase(),
        new SnapshotCase(),
        new MemoryCase("memory-10k-keys", 10_000),
        new MemoryCase("memory-100k-keys", 100_000),
        new MemoryCase("memory-1m-keys", 1_000_000),
    ];

    public static ILoadCase? Find(string name) => All.FirstOrDefault(one => one.Name == name);
}
