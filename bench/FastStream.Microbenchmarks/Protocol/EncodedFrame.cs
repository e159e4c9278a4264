using System.Buffers;
using FastStream.Protocol;

namespace FastStream.Microbenchmarks.Protocol;

/// <summary>A data frame in pinned memory at a multiple of 64, and the scratch of its decoding.</summary>
internal sealed unsafe class EncodedFrame : IDisposable
{
    private const int Alignment = 64;
    private readonly byte[] _memory;
    private readonly int _start;
    private readonly AlignedMemory _scratch;
    private readonly long _scratchBytes;

    public EncodedFrame(Records records, EncodingMode mode, bool isCompressed)
    {
        int maxBytes = DataFrameWriter.MaxFrameBytes(Records.PerFrame, 1, 0);
        _memory = GC.AllocateArray<byte>(maxBytes + Alignment, pinned: true);
        fixed (byte* first = _memory)
        {
            _start = (int)(-(nint)first & (Alignment - 1));
        }

        DataFrameWriter writer = new(_memory.AsSpan(_start, maxBytes), Records.PerFrame, 3, mode);
        writer.AddKeys(records.Keys);
        writer.AddTimes(records.Times);
        writer.AddField(0, records.Values);
        Bytes = writer.Finish(1, 1, isCompressed ? new byte[maxBytes] : default);
        Require.Equal(
            FrameError.None,
            FrameReader.TryReadWhole(_memory.AsSpan(_start, Bytes), FrameLimits.Default, out FrameHeader header),
            "reading a frame");
        DataFrameDecoder.TryGetScratchBytes(
            _memory.AsSpan(_start, Bytes), header, KeyKind.U64, out _scratchBytes);
        _scratch = new AlignedMemory((int)_scratchBytes + Alignment);
    }

    public int Bytes { get; }

    public RecordBatch Batch { get; } = new();

    public ReadOnlySpan<byte> Frame => _memory.AsSpan(_start, Bytes);

    /// <summary>
    /// Cuts the frame off a receive buffer, checks it and decodes it: all that ingress does with its bytes.
    /// </summary>
    public long Parse()
    {
        ReadOnlySequence<byte> received = new(_memory, _start, Bytes);
        bool isWhole = FrameReader.TryReadFrame(
            ref received, FrameLimits.Default, out FrameHeader header, out _, out FrameError error);
        fixed (byte* memory = _memory)
        {
            error = !isWhole ? FrameError.Truncated : DataFrameDecoder.TryDecode(
                memory + _start, Bytes, header, KeyKind.U64, true, _scratch.Pointer, _scratchBytes, Batch);
        }

        return error == FrameError.None ? Batch.MaxTime : throw new InvalidOperationException($"{error}");
    }

    public void Dispose() => _scratch.Dispose();
}
