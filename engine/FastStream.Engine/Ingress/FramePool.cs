using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>Reused <see cref="InboundFrame"/> objects and the blocks they live in. Safe for all threads.</summary>
internal sealed class FramePool(BlockPool blocks)
{
    private const int RetainedFrames = 16_384; // as many as blocks of the smallest class are kept

    private readonly RecentPool<InboundFrame> _frames = new(() => new InboundFrame(), RetainedFrames);

    public BlockPool Blocks { get; } = blocks;

    /// <summary>An empty frame object; whoever gets it discards it or hands it on.</summary>
    public InboundFrame Get() => _frames.Get();

    /// <summary>Gives back a frame with its blocks, and tells its session that the bytes are free again.</summary>
    public void Discard(InboundFrame frame)
    {
        Session? session = frame.Session;
        int bytes = frame.ClaimedBytes;
        frame.Release();
        _frames.Return(frame);
        session?.Output.Released(bytes);
    }

    /// <summary>Bytes of block a frame needs: itself, the scratch of its decoding, a row index.</summary>
    public static long BlockBytes(in FrameHeader header, long scratchBytes) =>
        WireFormat.Align(header.FrameBytes) + scratchBytes + (sizeof(ushort) * (long)header.RecordCount);
}
