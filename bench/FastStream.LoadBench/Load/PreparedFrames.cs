using System.Text;
using FastStream.Benchmarks;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.LoadBench.Load;

/// <summary>
/// A ring of frames that are encoded before the clock starts. Each time one is taken, only its event times move on (so
/// that windows close), its sequence, and the checksums over them: a generator must not be the limit that is measured.
/// </summary>
/// <remarks>Which bytes of a frame are times is found by encoding it twice, a lap apart. One thread.</remarks>
internal sealed unsafe class PreparedFrames
{
    public const uint SchemaId = 1;
    private const int TargetBytes = 16 << 20;
    private const int MaxFrames = 4_096;
    private const int NamesBytes = 64 << 10;

    private readonly Workload _workload;
    private readonly KeyDraw _keys;
    private readonly byte[][] _frames;
    private readonly MovingWords[] _times;
    private readonly double[] _sums;
    private readonly long _lapNs;
    private readonly List<byte[]> _names = [];
    private long _taken;

    public PreparedFrames(Workload workload, int frameCount = 0)
    {
        _workload = workload;
        _keys = workload.NewKeyDraw();
        int rawBytes = workload.RecordsPerFrame * 24;
        int count = frameCount > 0 ? frameCount : Math.Clamp(TargetBytes / rawBytes, 8, MaxFrames);
        _lapNs = count * workload.RecordsPerFrame * workload.StepNs;
        _frames = new byte[count][];
        _times = new MovingWords[count];
        _sums = new double[count];
        NameKeys();
        for (int i = 0; i < count; i++)
        {
            _frames[i] = Encode(i, shiftNs: 0, out _sums[i]);
            _times[i] = new MovingWords(_frames[i], Encode(i, _lapNs, out _), _lapNs);
        }
    }

    /// <summary>Sum of the values of all frames taken.</summary>
    public double ValueSum { get; private set; }

    /// <summary>Records of all frames taken.</summary>
    public long RecordCount => _taken * _workload.RecordsPerFrame;

    /// <summary>Bytes of a frame, header included; the first one's.</summary>
    public int FrameBytes => _frames[0].Length;

    /// <summary>Sequenced frames that come before the first one with records: the names of keys.</summary>
    public IReadOnlyList<byte[]> Names => _names;

    /// <summary>The next frame, with the next sequence; valid until it comes around again.</summary>
    public ReadOnlySpan<byte> Next()
    {
        int at = (int)(_taken % _frames.Length);
        byte[] frame = _frames[at];
        uint payloadCrc = _taken >= _frames.Length ? _times[at].Move(frame) : Crc32C.Compute(frame.AsSpan(WireFormat.HeaderBytes));
        _taken++;
        ValueSum += _sums[at];
        fixed (byte* header = frame)
        {
            *(ulong*)(header + 24) = (ulong)(_names.Count + _taken);
            *(uint*)(header + 56) = payloadCrc;
            *(uint*)(header + 60) = Crc32C.Compute(frame.AsSpan(0, 60));
        }

        return frame;
    }

    private void NameKeys()
    {
        for (uint id = 0; _workload.HasNamedKeys && id < _workload.KeyCount;)
        {
            byte[] frame = new byte[NamesBytes];
            DictionaryFrameBuilder builder = new(frame, id);
            while (id < _workload.KeyCount && builder.TryAdd(Encoding.UTF8.GetBytes($"key {id}")))
            {
                id++;
            }

            int bytes = builder.Finish((ulong)_names.Count + 1);
            _names.Add(frame[..bytes]);
        }
    }

    private byte[] Encode(int index, long shiftNs, out double sum)
    {
        int records = _workload.RecordsPerFrame;
        Random random = new(HashCode.Combine(_workload.Seed, index) & int.MaxValue);
        uint[] ranks = new uint[records];
        long[] times = new long[records];
        double[] values = new double[records];
        sum = 0;
        long first = Workload.StartNs + shiftNs + ((long)index * records * _workload.StepNs);
        for (int i = 0; i < records; i++)
        {
            ranks[i] = (uint)_keys.NextRank(random);
            times[i] = first + (i * _workload.StepNs);
            values[i] = random.Next(-1_000, 1_001);
            sum += values[i];
        }

        byte[] buffer = new byte[DataFrameWriter.MaxFrameBytes(records, 1, positionBytes: 0)];
        DataFrameWriter writer = new(buffer, records, 3, _workload.Encoding);
        if (_workload.HasNamedKeys)
        {
            writer.AddKeyIds(ranks);
        }
        else
        {
            ulong[] keys = [.. ranks.Select(rank => KeyDraw.KeyOf(rank))];
            writer.AddKeys(keys);
        }

        writer.AddTimes(times);
        writer.AddField(0, values);
        int bytes = writer.Finish(SchemaId, 1, []);
        byte[] frame = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        buffer.AsSpan(0, bytes).CopyTo(frame);
        return frame;
    }
}
