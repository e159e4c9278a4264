using FastStream.LoadBench.Cases;

namespace FastStream.LoadBench.Goals;

/// <summary>Every goal, with its floor and its aim.</summary>
internal static class GoalCatalog
{
    private const string OpenAddressing = "open addressing";
    private const string Dictionary = "Dictionary";

    public static IReadOnlyList<Goal> All { get; } =
    [
        .. Aggregation(),
        .. Loopback(),
        .. Clients(),
        .. Latency(),
        .. State(),
    ];

    public static IReadOnlyList<Goal> Peers { get; } =
    [
        Against("durable against PostgreSQL COPY, 10,000 rows a commit", 8, 15, CaseCatalog.Durable, "postgres-copy-10000"),
        Against("durable against the DuckDB appender, 10,000 rows a commit", 4, 8, CaseCatalog.Durable, "duckdb-appender"),
        Against("durable against Redis Streams, appendfsync always", 40, 80, CaseCatalog.Durable, "redis-xadd-always"),
        Against("durable against NATS JetStream, 100 records a message, not flushed", 1, 2, CaseCatalog.Durable, "nats-jetstream-100"),
        Against("durable against RabbitMQ streams, 100 records a message, not flushed", 1, 2, CaseCatalog.Durable, "rabbitmq-stream-100"),
        Against("frames of 100, durable, against NATS JetStream, 100 a message, not flushed", null, null, CaseCatalog.Small, "nats-jetstream-100"),
        Against("frames of 100, durable, against RabbitMQ streams, 100 a message, not flushed", null, null, CaseCatalog.Small, "rabbitmq-stream-100"),
        Against("frames of 100, 100 a write, against NATS JetStream, 100 a message, not flushed", null, null, CaseCatalog.SmallTogether, "nats-jetstream-100"),
        Against("frames of 100, 100 a write, against RabbitMQ streams, 100 a message, not flushed", null, null, CaseCatalog.SmallTogether, "rabbitmq-stream-100"),
        Against("frames of a record, 1,000 a write, against NATS JetStream, 1 a message, not flushed", null, null, CaseCatalog.OneTogether, "nats-jetstream-1"),
        Against("1,000 connections, durable, against NATS JetStream, a message a record, not flushed", 3, 8, CaseCatalog.Many, "nats-jetstream-1"),
    ];

    private static IEnumerable<Goal> Aggregation() =>
    [
        .. Tables("100 keys", 1.8, 2.5, 3, 5),
        .. Tables("10,000 keys", 1.3, 2, 3, 5),
        .. Tables("1,000,000 keys", 1.8, 2.5, 4, 6),
        AtLeast("frames of one key against the hand-written table", 10, null, Kernel("one key", OpenAddressing)),
        AtLeast("runs of 64 keys against the hand-written table", 3, null, Kernel("runs of 64 out of 10,000 keys", OpenAddressing)),
    ];

    private static IEnumerable<Goal> Tables(string keys, double table, double tableAim, double dictionary, double dictionaryAim) =>
        from shape in new[] { keys, keys + ", Zipf" }
        from goal in new[]
        {
            AtLeast($"aggregation, {shape}, against the hand-written table", table, tableAim, Kernel(shape, OpenAddressing)),
            AtLeast($"aggregation, {shape}, against Dictionary", dictionary, dictionaryAim, Kernel(shape, Dictionary)),
        }
        select goal;

    private static IEnumerable<Goal> Loopback() =>
    [
        AtLeast("loopback, journal off, against a receiver that only reads and checksums", 0.5, 0.65, Bytes(CaseCatalog.Off, "tcp-sink")),
        AtLeast("loopback applied against the lower of journal off and O_DIRECT append", 0.8, 0.9, round => Over(
            round.Get(CaseCatalog.Applied, Figure.BytesPerSecond),
            Lower(round.Get(CaseCatalog.Off, Figure.BytesPerSecond), round.Get("direct-append-unflushed", Figure.BytesPerSecond)))),
        AtLeast("loopback durable against O_DIRECT append and fdatasync", 0.55, 0.8, Bytes(CaseCatalog.Durable, "direct-append")),
        AtLeast("encoded columns against raw ones, durable", 1.7, 2.5, Rate(CaseCatalog.Encoded, CaseCatalog.Durable)),
        AtLeast("frames of 100 records against big ones, durable", 0.2, 0.35, Rate(CaseCatalog.Small, CaseCatalog.Durable)),
    ];

    private static IEnumerable<Goal> Clients() =>
    [
        AtLeast("calls of 100 records against big frames, durable", 0.5, 0.8, Rate(CaseCatalog.Send100, CaseCatalog.Durable)),
        AtLeast("single-record Send in a loop", 20, 50, round => round.Get(CaseCatalog.Send1, Figure.RecordsPerSecond) / 1e6) with { Unit = " M/s" },
    ];

    private static IEnumerable<Goal> Latency() =>
    [
        AtMost("durable ack of a record against append + fdatasync + echo, p50", 2.5, 1.5, round => Over(
            round.Get(CaseCatalog.PingDurable, Figure.P50Us),
            round.Get("fsync-append", Figure.P50Us) + round.Get("tcp-echo", Figure.P50Us))),
        AtMost("applied ack against a bare echo, p50", 1.5, 1.2, Time(CaseCatalog.PingApplied, "tcp-echo", Figure.P50Us)),
        AtMost("applied ack against a bare echo, p99", 2, 1.5, Time(CaseCatalog.PingApplied, "tcp-echo", Figure.P99Us)),
        AtMost("applied ack against a spinning echo, p50", 1.5, 1.2, Time(CaseCatalog.PingBusy, "tcp-echo-busy", Figure.P50Us)),
        AtMost("applied ack against a spinning echo, p99", 2, 1.5, Time(CaseCatalog.PingBusy, "tcp-echo-busy", Figure.P99Us)),
        AtMost("embedded append to applied against a ring hand-over, p50", 3, 1.5, Time("embedded-applied", "ring-hand-over", Figure.P50Us)),
        AtMost("embedded append to applied against a ring hand-over, p99", 3, 1.5, Time("embedded-applied", "ring-hand-over", Figure.P99Us)),
    ];

    private static IEnumerable<Goal> State() =>
    [
        AtLeast("replay against the lower of O_DIRECT read and the live durable rate", 0.7, 0.9, round => Over(
            round.Get("replay", Figure.BytesPerSecond),
            Lower(round.Get("direct-read", Figure.BytesPerSecond), round.Get(CaseCatalog.Durable, Figure.BytesPerSecond)))),
        AtMost("READY with a snapshot of a million keys", 2, 1, round => round.Get("snapshot", "readySeconds")) with { Unit = " s" },
        AtMost("p99 of acks while a snapshot of a million keys is taken", 2, 1.3, round => round.Get("snapshot", "p99Ratio")),
        AtMost("throughput lost while a snapshot of a million keys is taken", 10, 5, round => 100 * round.Get("snapshot", "throughputLost")) with { Unit = " %" },
        AtLeast("two partitions against one, in process, 10,000 keys", 1.6, 1.8, Rate("in-process-2-partitions", CaseCatalog.InProcess)),
        AtLeast("two partitions against one, in process, a million keys", 1.6, 1.8, Rate("in-process-2-partitions-1m-keys", "in-process-1-partition-1m-keys")),
        AtMost("memory of a key in an open window of 100,000 keys", 128, 96, round => round.Get("memory-100k-keys", "bytesPerKey")) with { Unit = " B" },
        AtMost("memory of a key in an open window of a million keys", 128, 96, round => round.Get("memory-1m-keys", "bytesPerKey")) with { Unit = " B" },
        AtMost("full collections (gen1, gen2) of the server over a billion records", 0, null, round =>
            round.Get(CaseCatalog.Billion, "serverGen1") + round.Get(CaseCatalog.Billion, "serverGen2")) with { Unit = "" },
        AtMost("full collections (gen1, gen2) of the client over a billion records", 0, null, round =>
            round.Get(CaseCatalog.Billion, "clientGen1") + round.Get(CaseCatalog.Billion, "clientGen2")) with { Unit = "" },
        AtMost("memory of an open window of 10,000 keys", 16, null, round => round.Get("memory-10k-keys", "windowMiB")) with { Unit = " MiB" },
    ];

    private static Goal Against(string what, double? floor, double? aim, string ours, string peer) =>
        new(what, floor, aim, IsLowerBetter: false, "x", Rate(ours, peer)) { IsPeer = true };

    private static Goal AtLeast(string what, double floor, double? aim, Func<Round, double?> measure) =>
        new(what, floor, aim, IsLowerBetter: false, "x", measure);

    private static Goal AtMost(string what, double floor, double? aim, Func<Round, double?> measure) =>
        new(what, floor, aim, IsLowerBetter: true, "x", measure);

    private static Func<Round, double?> Rate(string ours, string other) =>
        round => round.Ratio((ours, Figure.RecordsPerSecond), (other, Figure.RecordsPerSecond));

    private static Func<Round, double?> Bytes(string ours, string other) =>
        round => round.Ratio((ours, Figure.BytesPerSecond), (other, Figure.BytesPerSecond));

    private static Func<Round, double?> Time(string ours, string other, string figure) =>
        round => round.Ratio((ours, figure), (other, figure));

    // The microbenchmarks give how many times as long the rival takes.
    private static Func<Round, double?> Kernel(string shape, string rival) =>
        round => round.Get($"aggregate {shape}", $"rival: {rival}");

    private static double? Over(double? ours, double? other) => ours / other;

    private static double? Lower(double? one, double? other) =>
        one is double a && other is double b ? Math.Min(a, b) : null;
}
