using FastStream.LoadBench.Cases;

namespace FastStream.LoadBench.Goals;

/// <summary>What a user would pick instead, and what of ours it is set against.</summary>
/// <param name="Case">Its case in bench/peers.</param>
/// <param name="Shown">Its name in tables.</param>
/// <param name="Ours">Our case of the same kind.</param>
internal sealed record Peer(string Case, string Shown, string Ours)
{
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("dictionary", "Dictionary, a loop", CaseCatalog.InProcess),
        new("open-addressing", "hand-written table, a loop", CaseCatalog.InProcess),
        new("channel-4096", "channel of batches, hand-written table", CaseCatalog.InProcess),
        new("faster-rmw", "FASTER store, RMW a record", CaseCatalog.InProcess),
        new("postgres-copy-10000", "PostgreSQL, COPY", CaseCatalog.Durable),
        new("duckdb-appender", "DuckDB, row appender", CaseCatalog.Durable),
        new("duckdb-chunks-100000", "DuckDB, chunks of 100,000", CaseCatalog.Durable),
        new("redis-xadd-always", "Redis streams, always", CaseCatalog.Durable),
        new("redis-xadd-everysec", "Redis streams, everysec (acks before it flushes)", CaseCatalog.Durable),
        new("nats-jetstream-100", "NATS JetStream, 100 a message (acks before it flushes)", CaseCatalog.Durable),
        new("rabbitmq-stream-100", "RabbitMQ stream, 100 a message (never flushes)", CaseCatalog.Durable),
        new("clickhouse-view-100000", "ClickHouse, materialized view, 100,000 (never flushes)", CaseCatalog.Durable),
        new("nats-jetstream-1", "NATS JetStream, 1 a message (acks before it flushes)", CaseCatalog.Many),
    ];
}
