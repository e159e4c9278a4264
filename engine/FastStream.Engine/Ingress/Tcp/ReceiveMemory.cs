using System.Buffers;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>One connection's door to the <see cref="ReceiveSegments"/>: its pipe rents here.</summary>
/// <remarks>Owner: the connection's pump, the only one that writes to the pipe.</remarks>
internal sealed class ReceiveMemory(ReceiveSegments segments) : MemoryPool<byte>
{
    /// <summary>Set while much arrives at once.</summary>
    internal bool IsBusy { get; set; }

    /// <inheritdoc/>
    public override int MaxBufferSize => ReceiveSegments.LargeBytes;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) =>
        segments.Rent(IsBusy || minBufferSize > ReceiveSegments.SmallBytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
