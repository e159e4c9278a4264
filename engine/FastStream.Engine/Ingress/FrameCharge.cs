using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>
/// What a frame costs its session: the bytes that came, or its share of the session's memory where decoding makes much
/// out of little. A few bytes of constant columns decode to 65,536 rows of up to 66 columns, 35 MB.
/// </summary>
/// <remarks>
/// A session that is charged its bound of bytes in flight holds at most its bound of decoded bytes, and one frame more.
/// </remarks>
internal sealed class FrameCharge(EngineLimits limits, long poolBytes)
{
    private readonly long _sessionBytes = limits.MaxInFlightBytesPerSession;
    private readonly long _decodedBytes = limits.DecodedBytesPerSession;

    /// <summary>Whether no session may ever hold a frame with a block of so many bytes.</summary>
    public bool IsTooLarge(long blockBytes) =>
        blockBytes > _decodedBytes || BlockPool.CapacityFor((int)blockBytes) > poolBytes;

    /// <summary>Bytes in flight that a frame is charged which lies in a block of so many bytes.</summary>
    public int Of(in FrameHeader header, long blockBytes)
    {
        long share = (blockBytes * _sessionBytes) / _decodedBytes;
        return (int)Math.Max(header.FrameBytes, Math.Min(share, int.MaxValue));
    }
}
