using FastStream.Peers.Ceilings;
using FastStream.Peers.InProcess;
using FastStream.Peers.Running;
using FastStream.Peers.Servers;

namespace FastStream.Peers;

/// <summary>Every case there is, in the order in which list shows them.</summary>
internal static class PeerCatalog
{
    public static IReadOnlyList<IPeerCase> All { get; } =
    [
        new BufferedAppend(),
        new DirectAppend("fsync-append-direct", blockBytes: 4 << 10, isFlushed: true),
        new DirectAppend("direct-append", blockBytes: 4 << 20, isFlushed: true),
        new DirectAppend("direct-append-unflushed", blockBytes: 4 << 20, isFlushed: false),
        new DirectRead(),
        new TcpEcho(isBusy: false),
        new TcpEcho(isBusy: true),
        new TcpSink(),
        new TableLoop("dictionary", "Dictionary and CollectionsMarshal, a loop", () => new DictionaryTable()),
        new TableLoop("open-addressing", "hand-written hash table, a loop", () => new OpenAddressingTable()),
        new ChannelOfBatches(),
        new FasterRmw(),
        new DuckDbAppend("duckdb-appender-100000", fixedBatch: 100_000, isByChunk: false),
        new DuckDbAppend("duckdb-appender", fixedBatch: null, isByChunk: false),
        new DuckDbAppend("duckdb-chunks-100000", fixedBatch: 100_000, isByChunk: true),
        new DuckDbAppend("duckdb-chunks", fixedBatch: null, isByChunk: true),
        new PostgresCopy("postgres-copy-10000", fixedBatch: 10_000),
        new PostgresCopy("postgres-copy", fixedBatch: null),
        new RedisCase("redis-xadd-always", "always", new RedisStreamWork()),
        new RedisCase("redis-xadd-everysec", "everysec", new RedisStreamWork()),
        new RedisCase("redis-hincrby-always", "always", new RedisHashWork()),
        new NatsJetStream("nats-jetstream-100", recordsPerMessage: 100, connectionCount: 2),
        new NatsJetStream("nats-jetstream-1", recordsPerMessage: 1, connectionCount: 2),
        new RabbitMqStream("rabbitmq-stream-100", recordsPerMessage: 100),
        new RabbitMqStream("rabbitmq-stream-1", recordsPerMessage: 1),
        new ClickHouseView("clickhouse-view-100000", fixedBatch: 100_000),
        new ClickHouseView("clickhouse-view", fixedBatch: null),
    ];

    public static IPeerCase? Find(string name) => All.FirstOrDefault(peer => peer.Facts.Name == name);
}
