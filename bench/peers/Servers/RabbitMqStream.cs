using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>
/// A RabbitMQ stream, so many records a message, a confirm a message. Two connections; each has the messages of one
/// batch under way, in frames of a hundred.
/// </summary>
internal sealed class RabbitMqStream(string name, int recordsPerMessage) : IPeerCase
{
    private const string StreamName = "records";
    private const int ConnectionCount = 2;
    private const int MessagesPerFrame = 100;

    public PeerFacts Facts { get; } = new(
        name,
        $"RabbitMQ stream, {recordsPerMessage} record(s) a message",
        Durabilities.NotFlushed,
        Works.Stores,
        "all messages of the batch are confirmed: in the page cache, never flushed",
        ConnectionCount);

    public string Version => RabbitMqServer.Program.Version();

    public string? WhyNot(PeerLoad load) => RabbitMqServer.Program.WhyNot(load);

    public Measurement Run(CaseRun run)
    {
        int messagesPerBatch = Math.Max(1, run.Load.RecordsPerBatch / recordsPerMessage);
        PreparedRecords records = new(run.Load with { RecordsPerBatch = messagesPerBatch * recordsPerMessage });
        byte[][] batches = [.. Enumerable.Range(0, records.BatchCount).Select(batch => Encode(records, batch))];
        using WorkFolder folder = new(run.Load.Folder);
        using RabbitMqServer server = new(folder, run.Stop);
        using RabbitMqConnection control = new(server.Port);
        control.CreateStream(StreamName);
        Sender[] senders = [.. Enumerable.Range(0, ConnectionCount).Select(_ => new Sender(server.Port, batches, messagesPerBatch))];
        try
        {
            SenderTeam team = new(run, records, senders);
            Measurement measured = team.Run($"a confirm a message of {recordsPerMessage} record(s); opaque bytes, no aggregates");
            Require.Equal(team.Acked.RecordCount / recordsPerMessage, control.MessageCount(StreamName), "messages of the stream");
            return measured;
        }
        finally
        {
            Array.ForEach(senders, sender => sender.Dispose());
        }
    }

    private byte[] Encode(PreparedRecords records, int batch)
    {
        byte[][] messages =
        [
            .. Enumerable.Range(0, records.BatchRecords / recordsPerMessage)
                .Select(message => RecordBytes.Of(records, records.FirstOf(batch) + (message * recordsPerMessage), recordsPerMessage)),
        ];
        return [.. messages.Chunk(MessagesPerFrame).SelectMany(RabbitMqConnection.PublishFrame)];
    }

    private sealed class Sender : IBatchSender
    {
        private readonly RabbitMqConnection _connection;
        private readonly byte[][] _batches;
        private readonly int _messagesPerBatch;

        public Sender(int port, byte[][] batches, int messagesPerBatch)
        {
            (_batches, _messagesPerBatch) = (batches, messagesPerBatch);
            _connection = new RabbitMqConnection(port);
            _connection.DeclarePublisher(StreamName);
        }

        public void Send(int batch) => _connection.Publish(_batches[batch], _messagesPerBatch);

        public void Dispose() => _connection.Dispose();
    }
}
