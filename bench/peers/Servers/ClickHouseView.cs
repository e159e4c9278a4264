using System.Globalization;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>
/// ClickHouse: an insert a batch into a table ordered by key and time, and a materialized view that keeps count, sum,
/// min and max per key and second as rows come in.
/// </summary>
internal sealed class ClickHouseView(string name, int? fixedBatch) : IPeerCase
{
    public PeerFacts Facts { get; } = new(
        name,
        "ClickHouse, inserts in RowBinary over HTTP, materialized view per key and second",
        Durabilities.NotFlushed,
        Works.Both,
        "rows and the view's rows are parts in the page cache; this version never flushes");

    public string Version => ClickHouseServer.Program.Version();

    public string? WhyNot(PeerLoad load) => ClickHouseServer.Program.WhyNot(load);

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load with { RecordsPerBatch = fixedBatch ?? run.Load.RecordsPerBatch });
        byte[][] requests =
        [
            .. Enumerable.Range(0, records.BatchCount).Select(batch => HttpConnection.Request(
                "/?query=INSERT%20INTO%20records%20FORMAT%20RowBinary",
                RecordBytes.Of(records, records.FirstOf(batch), records.BatchRecords))),
        ];
        using WorkFolder folder = new(run.Load.Folder);
        using ClickHouseServer server = new(folder, run.Stop);
        server.Ask("CREATE TABLE records (key UInt64, time Int64, value Float64) ENGINE = MergeTree() ORDER BY (key, time)");
        server.Ask("""
            CREATE MATERIALIZED VIEW windows ENGINE = AggregatingMergeTree() ORDER BY (window, key) AS
            SELECT intDiv(time, 1000000000) AS window, key,
                countState() AS counts, sumState(value) AS sums, minState(value) AS lows, maxState(value) AS highs
            FROM records GROUP BY window, key
            """);
        using Sender sender = new(server.Port, requests); // a second one made it slower on two cores
        SenderTeam team = new(run, records, [sender]);
        Measurement measured = team.Run("rows by key and time, and per key and second count, sum, min, max, kept at the insert");
        Check(server, team.Acked);
        return measured;
    }

    private static void Check(ClickHouseServer server, AckedBatches acked)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        Require.Equal(acked.RecordCount, long.Parse(server.Ask("SELECT count() FROM records").Trim(), plain), "rows");
        string rows = server.Ask("SELECT key, countMerge(counts), sumMerge(sums) FROM windows GROUP BY key FORMAT TabSeparated");
        acked.Check(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split('\t'))
            .Select(row => (ulong.Parse(row[0], plain), new KeyTotal(long.Parse(row[1], plain), double.Parse(row[2], plain)))));
    }

    private sealed class Sender(int port, byte[][] requests) : IBatchSender
    {
        private readonly HttpConnection _connection = new(port);

        public void Send(int batch) => _connection.Post(requests[batch]);

        public void Dispose() => _connection.Dispose();
    }
}
