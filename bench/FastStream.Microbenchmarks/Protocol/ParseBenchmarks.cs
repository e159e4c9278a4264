using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using FastStream.Microbenchmarks.Quick;
using FastStream.Protocol;

namespace FastStream.Microbenchmarks.Protocol;

/// <summary>
/// Question: what does a record cost from received bytes to checked columns? One thread, no queue:
/// [bytes] -> FrameReader -> CRC32C -> DataFrameDecoder -> [columns]. Not measured: the socket.
/// </summary>
[MemoryDiagnoser]
public class ParseBenchmarks : IDisposable
{
    private readonly Records _records = new(seed: 1, keyCount: 10_000);
    private readonly EncodedFrame _raw;
    private readonly EncodedFrame _encoded;
    private readonly EncodedFrame _compressed;
    private readonly ulong[] _keys = new ulong[Records.PerFrame];
    private readonly long[] _times = new long[Records.PerFrame];
    private readonly double[] _values = new double[Records.PerFrame];

    public ParseBenchmarks()
    {
        _raw = new EncodedFrame(_records, EncodingMode.Raw, isCompressed: false);
        _encoded = new EncodedFrame(_records, EncodingMode.Auto, isCompressed: false);
        _compressed = new EncodedFrame(_records, EncodingMode.Auto, isCompressed: true);
        foreach (EncodedFrame frame in new[] { _raw, _encoded, _compressed })
        {
            frame.Parse();
            Require.Equal(true, frame.Batch.KeySpan.SequenceEqual(_records.Keys), "keys");
            Require.Equal(true, frame.Batch.TimeSpan.SequenceEqual(_records.Times), "times");
            Require.Equal(true, frame.Batch.FieldSpan(0).SequenceEqual(_records.Values), "values");
        }

        RecordByRecord();
        Require.Equal(true, _values.AsSpan().SequenceEqual(_records.Values), "values read one by one");
    }

    [Benchmark(OperationsPerInvoke = Records.PerFrame)]
    public long Raw() => _raw.Parse();

    [Benchmark(OperationsPerInvoke = Records.PerFrame)]
    public long Encoded() => _encoded.Parse();

    [Benchmark(OperationsPerInvoke = Records.PerFrame)]
    public long EncodedAndCompressed() => _compressed.Parse();

    /// <summary>The rival: reads one record after the other out of the raw columns, without any check.</summary>
    [Benchmark(OperationsPerInvoke = Records.PerFrame, Baseline = true)]
    public long RecordByRecord()
    {
        // Raw columns stand at the end of the frame, one behind the other.
        ReadOnlySpan<byte> columns = _raw.Frame[^(3 * Records.PerFrame * sizeof(long))..];
        for (int i = 0; i < Records.PerFrame; i++)
        {
            _keys[i] = BinaryPrimitives.ReadUInt64LittleEndian(columns[(i * 8)..]);
            _times[i] = BinaryPrimitives.ReadInt64LittleEndian(columns[((Records.PerFrame + i) * 8)..]);
            _values[i] = BinaryPrimitives.ReadDoubleLittleEndian(columns[(((2 * Records.PerFrame) + i) * 8)..]);
        }

        return _times[^1];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _raw.Dispose();
        _encoded.Dispose();
        _compressed.Dispose();
        GC.SuppressFinalize(this);
    }

    internal QuickGroup Quick() => new(
        $"parse and check a frame of {Records.PerFrame:N0} records",
        "record",
        Records.PerFrame,
        this,
        new QuickCase($"raw columns ({_raw.Bytes * 1.0 / Records.PerFrame:0.0} B a record)", () => Raw()),
        new QuickCase($"encoded columns ({_encoded.Bytes * 1.0 / Records.PerFrame:0.0} B)", () => Encoded()),
        new QuickCase(
            $"encoded and LZ4 ({_compressed.Bytes * 1.0 / Records.PerFrame:0.0} B)", () => EncodedAndCompressed()),
        new QuickCase("rival: record by record, unchecked", () => RecordByRecord()));
}
