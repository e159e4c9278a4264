using System.Globalization;
using System.Text;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>Count and sum of each key in two hashes; no windows, no min and max, the record itself is not kept.</summary>
internal sealed class RedisHashWork : IRedisWork
{
    private static readonly byte[] s_countVerb = "HINCRBY"u8.ToArray();
    private static readonly byte[] s_sumVerb = "HINCRBYFLOAT"u8.ToArray();
    private static readonly byte[] s_counts = "counts"u8.ToArray();
    private static readonly byte[] s_sums = "sums"u8.ToArray();
    private static readonly byte[] s_one = "1"u8.ToArray();

    public string Peer => "Redis hashes, HINCRBY and HINCRBYFLOAT a record, pipelined";

    public string Work => Works.Aggregates;

    public int CommandsPerRecord => 2;

    public string Note => "two replies a record; count and sum only, no windows; the records themselves are not kept";

    public void Write(MemoryStream commands, PreparedRecords records, int index)
    {
        byte[] field = Encoding.ASCII.GetBytes(records.Keys[index].ToString(CultureInfo.InvariantCulture));
        byte[] increment = Encoding.ASCII.GetBytes(records.Values[index].ToString(CultureInfo.InvariantCulture));
        RedisConnection.WriteCommand(commands, s_countVerb, s_counts, field, s_one);
        RedisConnection.WriteCommand(commands, s_sumVerb, s_sums, field, increment);
    }

    public void Check(RedisConnection connection, AckedBatches acked)
    {
        Dictionary<string, string> counts = Pairs(connection.Ask("HGETALL", "counts"));
        Dictionary<string, string> sums = Pairs(connection.Ask("HGETALL", "sums"));
        CultureInfo plain = CultureInfo.InvariantCulture;
        acked.Check(counts.Select(count => (
            ulong.Parse(count.Key, plain), new KeyTotal(long.Parse(count.Value, plain), double.Parse(sums[count.Key], plain)))));
    }

    private static Dictionary<string, string> Pairs(IReadOnlyList<string> flat) =>
        flat.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
}
