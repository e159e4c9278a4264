using FastStream.Protocol;

namespace FastStream.Cli.Generation;

/// <summary>
/// The frames of a load by sequence. As many as fit into the memory given are encoded before the clock starts, so that
/// the generator is not what is measured; others are encoded when they are asked for. One thread.
/// </summary>
internal sealed class RecordFrames
{
    public const uint SchemaId = 1;

    private readonly GeneratePlan _plan;
    private readonly ulong[] _keys;
    private readonly long[] _timesNs;
    private readonly double[] _values;
    private readonly byte[] _frame;
    private readonly byte[] _compression;
    private readonly List<byte[]> _encoded = [];

    public RecordFrames(GeneratePlan plan)
    {
        _plan = plan;
        int records = plan.Records.RecordsPerFrame;
        _keys = new ulong[records];
        _timesNs = new long[records];
        _values = new double[records];
        int frameBytes = DataFrameWriter.MaxFrameBytes(records, Fields.Count, positionBytes: 0);
        _frame = GC.AllocateArray<byte>(frameBytes, pinned: true);
        _compression = plan.Compress ? new byte[frameBytes] : [];
    }

    /// <summary>The one field of a generated record.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["value"];

    /// <summary>How many frames are ready.</summary>
    public int EncodedCount => _encoded.Count;

    /// <summary>Encodes from the plan's first sequence on, until all are ready or the memory is used.</summary>
    public void EncodeAhead(long maxBytes, CancellationToken stop)
    {
        long bytes = 0;
        while (_encoded.Count < _plan.FrameCount && bytes < maxBytes && !stop.IsCancellationRequested)
        {
            byte[] frame = Encode(_plan.FromSequence + _encoded.Count).ToArray();
            bytes += frame.Length;
            _encoded.Add(frame);
        }
    }

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<byte> Get(long sequence)
    {
        long index = sequence - _plan.FromSequence;
        return index >= 0 && index < _encoded.Count ? _encoded[(int)index] : Encode(sequence);
    }

    private ReadOnlySpan<byte> Encode(long sequence)
    {
        _plan.Records.Fill(sequence, _keys, _timesNs, _values);
        EncodingMode mode = _plan.AutoEncoding ? EncodingMode.Auto : EncodingMode.Raw;
        DataFrameWriter writer = new(_frame, _keys.Length, 2 + Fields.Count, mode);
        writer.AddKeys(_keys);
        writer.AddTimes(_timesNs);
        writer.AddField(0, _values);
        int bytes = writer.Finish(SchemaId, (ulong)sequence, _compression);
        return _frame.AsSpan(0, bytes);
    }
}
