using System.Globalization;
using System.Text.Json;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>
/// A JetStream with file storage, so many records a message, an ack a message. Each connection has the messages of one
/// batch under way.
/// </summary>
internal sealed class NatsJetStream(string name, int recordsPerMessage, int connectionCount) : IPeerCase
{
    private const string Subject = "records";

    public PeerFacts Facts { get; } = new(
        name,
        $"NATS JetStream, file storage, {recordsPerMessage} record(s) a message",
        Durabilities.NotFlushed,
        Works.Stores,
        "all messages of the batch are acked: in the page cache, flushed by a timer of two minutes",
        connectionCount);

    public string Version => NatsServer.Program.Version();

    public string? WhyNot(PeerLoad load) => NatsServer.Program.WhyNot(load);

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load with { RecordsPerBatch = WholeMessages(run.Load.RecordsPerBatch) });
        using WorkFolder folder = new(run.Load.Folder);
        using NatsServer server = new(folder, run.Stop);
        using NatsConnection control = new(server.Port, connectionCount);
        CreateStream(control);
        Sender[] senders = [.. Enumerable.Range(0, connectionCount).Select(number => new Sender(server.Port, number, records, recordsPerMessage))];
        try
        {
            SenderTeam team = new(run, records, senders);
            Measurement measured = team.Run($"an ack a message of {recordsPerMessage} record(s); opaque bytes, no aggregates");
            Check(control, team.Acked.RecordCount / recordsPerMessage, records);
            return measured;
        }
        finally
        {
            Array.ForEach(senders, sender => sender.Dispose());
        }
    }

    private static void CreateStream(NatsConnection control)
    {
        const string Settings = """
            {"name":"records","subjects":["records"],"retention":"limits","storage":"file","discard":"old","num_replicas":1,
            "max_msgs":-1,"max_bytes":-1,"max_age":0,"max_consumers":-1}
            """;
        using JsonDocument answer = control.Ask("$JS.API.STREAM.CREATE.records", Settings);
    }

    // The count, and the bytes of the first message and the last.
    private void Check(NatsConnection control, long messages, PreparedRecords records)
    {
        using JsonDocument info = control.Ask("$JS.API.STREAM.INFO.records", "");
        Require.Equal(messages, info.RootElement.GetProperty("state").GetProperty("messages").GetInt64(), "messages of the stream");
        HashSet<ulong> keys = [.. records.Keys];
        foreach (long sequence in (long[])[1, messages])
        {
            using JsonDocument message = control.Ask(
                "$JS.API.STREAM.MSG.GET.records", string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{sequence}}}"));
            byte[] bytes = message.RootElement.GetProperty("message").GetProperty("data").GetBytesFromBase64();
            Require.Equal(recordsPerMessage * PeerLoad.RecordBytes, bytes.Length, $"bytes of message {sequence}");
            Require.Equal(true, keys.Contains(BitConverter.ToUInt64(bytes)), $"the first key of message {sequence} was sent");
        }
    }

    private int WholeMessages(int recordCount) => Math.Max(1, recordCount / recordsPerMessage) * recordsPerMessage;

    private sealed class Sender : IBatchSender
    {
        private readonly NatsConnection _connection;
        private readonly byte[][] _batches;
        private readonly int _messagesPerBatch;

        public Sender(int port, int number, PreparedRecords records, int recordsPerMessage)
        {
            _messagesPerBatch = records.BatchRecords / recordsPerMessage;
            _batches = [.. Enumerable.Range(0, records.BatchCount).Select(batch => Encode(number, records, batch, recordsPerMessage))];
            _connection = new NatsConnection(port, number);
        }

        public void Send(int batch) => _connection.Publish(_batches[batch], _messagesPerBatch);

        public void Dispose() => _connection.Dispose();

        private static byte[] Encode(int number, PreparedRecords records, int batch, int recordsPerMessage)
        {
            using MemoryStream publishes = new();
            for (int i = records.FirstOf(batch); i < records.FirstOf(batch + 1); i += recordsPerMessage)
            {
                NatsConnection.WritePublish(publishes, Subject, number, RecordBytes.Of(records, i, recordsPerMessage));
            }

            return publishes.ToArray();
        }
    }
}
