using FastStream.Protocol;

namespace FastStream.Overload.Clients;

/// <summary>Data frames of one field, one record a microsecond of event time; values sum exactly.</summary>
internal static class RecordFrame
{
    /// <summary>2023-11-14T22:13:20Z.</summary>
    public const long StartNs = 1_700_000_000_000_000_000;

    private const long StepNs = 1_000;

    /// <summary>A frame whose record i has the key that <paramref name="keyOf"/> gives for it.</summary>
    public static byte[] Of(ulong sequence, int recordCount, Func<int, ulong> keyOf, bool compress = false)
    {
        ulong[] keys = new ulong[recordCount];
        long[] times = new long[recordCount];
        double[] values = new double[recordCount];
        for (int i = 0; i < recordCount; i++)
        {
            keys[i] = keyOf(i);
            times[i] = StartNs + (((long)(sequence - 1) * recordCount) + i) * StepNs;
            values[i] = i % 100;
        }

        return Of(sequence, keys, times, values, compress);
    }

    /// <summary>A frame of these columns.</summary>
    public static byte[] Of(
        ulong sequence,
        ReadOnlySpan<ulong> keys,
        ReadOnlySpan<long> times,
        ReadOnlySpan<double> values,
        bool compress = false)
    {
        byte[] bytes = new byte[DataFrameWriter.MaxFrameBytes(keys.Length, 1, 0)];
        DataFrameWriter writer = new(bytes, keys.Length, 3, EncodingMode.Raw);
        writer.AddKeys(keys);
        writer.AddTimes(times);
        writer.AddField(0, values);
        byte[] compression = compress ? new byte[bytes.Length] : [];
        return bytes[..writer.Finish(LoopbackClient.SchemaId, sequence, compression)];
    }
}
