using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>
/// Redis over eight connections, each with one batch of commands under way. With appendfsync always the replies of a
/// turn of its loop wait for one fdatasync; with everysec they wait for none.
/// </summary>
internal sealed class RedisCase(string name, string appendFsync, IRedisWork work) : IPeerCase
{
    private const int ConnectionCount = 8;

    public PeerFacts Facts { get; } = new(
        name,
        $"{work.Peer}, appendfsync {appendFsync}",
        appendFsync == "always" ? Durabilities.Flushed : Durabilities.NotFlushed,
        work.Work,
        "all replies of the batch are in: " + (appendFsync == "always" ? "in the append-only file, flushed" : "in the page cache, flushed each second"),
        ConnectionCount);

    public string Version => RedisServer.Program.Version();

    public string? WhyNot(PeerLoad load) => RedisServer.Program.WhyNot(load);

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load);
        byte[][] batches = [.. Enumerable.Range(0, records.BatchCount).Select(batch => Encode(records, batch))];
        using WorkFolder folder = new(run.Load.Folder);
        using RedisServer server = new(folder, appendFsync, run.Stop);
        int commandsPerBatch = records.BatchRecords * work.CommandsPerRecord;
        Sender[] senders = [.. Enumerable.Range(0, ConnectionCount).Select(_ => new Sender(server.Port, batches, commandsPerBatch))];
        try
        {
            SenderTeam team = new(run, records, senders);
            Measurement measured = team.Run(work.Note);
            using RedisConnection connection = new(server.Port);
            Require.Equal(appendFsync, connection.Ask("CONFIG", "GET", "appendfsync")[1], "appendfsync");
            work.Check(connection, team.Acked);
            return measured;
        }
        finally
        {
            Array.ForEach(senders, sender => sender.Dispose());
        }
    }

    private byte[] Encode(PreparedRecords records, int batch)
    {
        using MemoryStream commands = new();
        for (int i = records.FirstOf(batch); i < records.FirstOf(batch + 1); i++)
        {
            work.Write(commands, records, i);
        }

        return commands.ToArray();
    }

    private sealed class Sender(int port, byte[][] batches, int commandsPerBatch) : IBatchSender
    {
        private readonly RedisConnection _connection = new(port);

        public void Send(int batch) => _connection.Pipeline(batches[batch], commandsPerBatch);

        public void Dispose() => _connection.Dispose();
    }
}
