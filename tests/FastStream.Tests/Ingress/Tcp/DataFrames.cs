using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>Data and dictionary frames of a stream with one field.</summary>
internal static class DataFrames
{
    public const long StartNs = 1_700_000_000_000_000_000;

    /// <summary>Keys 0, 1, 2, ... below the key count, one record a millisecond, values that sum exactly.</summary>
    public static byte[] Data(
        ulong sequence,
        int recordCount = 4,
        int keyCount = 4,
        EncodingMode mode = EncodingMode.Raw,
        bool compress = false,
        bool textKeys = false)
    {
        long firstTime = StartNs + ((long)(sequence - 1) * recordCount * 1_000_000);
        long[] times = [.. Enumerable.Range(0, recordCount).Select(i => firstTime + (i * 1_000_000L))];
        double[] values = [.. Enumerable.Range(0, recordCount).Select(i => (double)(i % 100))];
        byte[] bytes = new byte[DataFrameWriter.MaxFrameBytes(recordCount, 1, 0)];
        DataFrameWriter writer = new(bytes, recordCount, 3, mode);
        if (textKeys)
        {
            writer.AddKeyIds(Enumerable.Range(0, recordCount).Select(i => (uint)(i % keyCount)).ToArray());
        }
        else
        {
            writer.AddKeys(Enumerable.Range(0, recordCount).Select(i => (ulong)(i % keyCount)).ToArray());
        }

        writer.AddTimes(times);
        writer.AddField(0, values);
        byte[] compression = compress ? new byte[bytes.Length] : [];
        return bytes[..writer.Finish(1, sequence, compression)];
    }

    public static byte[] Dictionary(ulong sequence, uint firstId, params string[] names)
    {
        byte[] bytes = new byte[4096];
        DictionaryFrameBuilder builder = new(bytes, firstId);
        foreach (string name in names)
        {
            Assert.True(builder.TryAdd(Encoding.UTF8.GetBytes(name)));
        }

        return bytes[..builder.Finish(sequence)];
    }
}
