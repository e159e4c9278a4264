using System.Globalization;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>An entry of a stream a record, its 24 bytes as one field.</summary>
internal sealed class RedisStreamWork : IRedisWork
{
    private static readonly byte[] s_verb = "XADD"u8.ToArray();
    private static readonly byte[] s_stream = "records"u8.ToArray();
    private static readonly byte[] s_anyId = "*"u8.ToArray();
    private static readonly byte[] s_field = "r"u8.ToArray();

    public string Peer => "Redis stream, XADD a record, pipelined";

    public string Work => Works.Stores;

    public int CommandsPerRecord => 1;

    public string Note => "a reply a record; all of it stays in memory too; opaque bytes, no aggregates";

    public void Write(MemoryStream commands, PreparedRecords records, int index) =>
        RedisConnection.WriteCommand(commands, s_verb, s_stream, s_anyId, s_field, RecordBytes.Of(records, index, 1));

    public void Check(RedisConnection connection, AckedBatches acked) => Require.Equal(
        acked.RecordCount, long.Parse(connection.Ask("XLEN", "records")[0], CultureInfo.InvariantCulture), "entries of the stream");
}
