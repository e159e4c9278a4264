using FastStream.Peers.Running;
using Npgsql;

namespace FastStream.Peers.Servers;

/// <summary>
/// PostgreSQL by COPY in its binary format, a transaction each batch. Rows are encoded before the clock starts and go
/// through Npgsql's raw copy as they are: its row by row importer would be the limit.
/// </summary>
internal sealed class PostgresCopy(string name, int? fixedBatch) : IPeerCase
{
    private const int ConnectionCount = 2;

    private static readonly InstalledProgram s_program =
        new(Path.Combine(PostgresServer.BinFolder ?? "/usr/lib/postgresql", "postgres"), "postgresql", "--version");

    public PeerFacts Facts { get; } = new(
        name,
        "PostgreSQL, binary COPY, a commit a batch",
        Durabilities.Flushed,
        Works.Stores,
        "the transaction is in the write-ahead log and flushed",
        ConnectionCount);

    public string Version => $"{s_program.Version()}, {Packages.Of("Npgsql")}";

    public string? WhyNot(PeerLoad load) => s_program.WhyNot(load);

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load with { RecordsPerBatch = fixedBatch ?? run.Load.RecordsPerBatch });
        byte[][] batches = [.. Enumerable.Range(0, records.BatchCount).Select(batch => PostgresRows.Encode(records, batch))];
        using WorkFolder folder = new(run.Load.Folder);
        using PostgresServer server = new(folder, run.Stop);
        server.Do("CREATE TABLE records (key bigint NOT NULL, time bigint NOT NULL, value double precision NOT NULL)");
        Sender[] senders = [.. Enumerable.Range(0, ConnectionCount).Select(_ => new Sender(server.Connect(), batches))];
        try
        {
            SenderTeam team = new(run, records, senders);
            Measurement measured = team.Run("rows of three columns without an index; aggregates only when asked; checkpoints rare");
            Check(server, team.Acked);
            return measured;
        }
        finally
        {
            Array.ForEach(senders, sender => sender.Dispose());
        }
    }

    private static void Check(PostgresServer server, AckedBatches acked)
    {
        Require.Equal("on on", server.Ask<string>("SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')"), "settings");
        Require.Equal(acked.RecordCount, server.Ask<long>("SELECT count(*) FROM records"), "rows");
        using NpgsqlConnection connection = server.Connect();
        using NpgsqlCommand command = new("SELECT key, count(*), sum(value) FROM records GROUP BY key", connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<(ulong, KeyTotal)> found = [];
        while (reader.Read())
        {
            found.Add(((ulong)reader.GetInt64(0), new KeyTotal(reader.GetInt64(1), reader.GetDouble(2))));
        }

        acked.Check(found);
    }

    private sealed class Sender(NpgsqlConnection connection, byte[][] batches) : IBatchSender
    {
        public void Send(int batch)
        {
            using NpgsqlRawCopyStream copy = connection.BeginRawBinaryCopy("COPY records FROM STDIN (FORMAT binary)");
            copy.Write(batches[batch]);
        }

        public void Dispose() => connection.Dispose();
    }
}
