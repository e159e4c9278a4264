using DuckDB.NET.Data;
using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>
/// DuckDB in this process over a file, a commit each batch: by the appender that DuckDB.NET offers, a call a value, or
/// by data chunks, the fastest way in that its C interface has.
/// </summary>
internal sealed class DuckDbAppend(string name, int? fixedBatch, bool isByChunk) : IPeerCase
{
    public PeerFacts Facts { get; } = new(
        name,
        isByChunk ? "DuckDB, appender fed with data chunks" : "DuckDB, DuckDB.NET's row appender",
        Durabilities.Flushed,
        Works.Stores,
        "the appender is closed: the transaction is flushed");

    public string Version => $"DuckDB {DuckDB.NET.Native.NativeMethods.Startup.DuckDBLibraryVersion()}, {Packages.Of("DuckDB.NET.Data.Full")}";

    public string? WhyNot(PeerLoad load) => WorkFolder.WhyNoDisk(load.Folder);

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load with { RecordsPerBatch = fixedBatch ?? run.Load.RecordsPerBatch });
        using WorkFolder folder = new(run.Load.Folder);
        using DuckDBConnection connection = new($"Data Source={folder.File("records.duckdb")}");
        connection.Open();
        Do(connection, "CREATE TABLE records (key UBIGINT NOT NULL, time BIGINT NOT NULL, value DOUBLE NOT NULL)");

        // Rare checkpoints, as PostgreSQL has them here: commits are flushed all the same, to the write-ahead log.
        Do(connection, "SET checkpoint_threshold = '4GB'");
        using IBatchSender sender = isByChunk ? new DuckDbChunkSender(connection, records) : new DuckDbRowSender(connection, records);
        SenderTeam team = new(run, records, [sender]);
        Measurement measured = team.Run("rows of three columns in a file; aggregates only when asked; checkpoints rare");
        Check(connection, team.Acked);
        return measured;
    }

    private static void Do(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Check(DuckDBConnection connection, AckedBatches acked)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT key, count(*), sum(value) FROM records GROUP BY key";
        using DuckDBDataReader reader = command.ExecuteReader();
        List<(ulong, KeyTotal)> found = [];
        while (reader.Read())
        {
            found.Add((reader.GetFieldValue<ulong>(0), new KeyTotal(reader.GetInt64(1), reader.GetDouble(2))));
        }

        acked.Check(found);
    }
}
