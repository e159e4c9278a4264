namespace FastStream.Client;

/// <summary>A frame on its way, kept until it is settled. Guarded by the window's lock.</summary>
internal sealed class FrameSlot
{
    /// <summary>The frame's bytes: the start of <see cref="Block"/>, or the caller's memory.</summary>
    public ReadOnlyMemory<byte> Frame { get; set; }

    /// <summary>The pooled block behind the frame; null when the memory is the caller's.</summary>
    public byte[]? Block { get; set; }

    /// <summary>Memory that it keeps from other use.</summary>
    public int HeldBytes => Block?.Length ?? Frame.Length;

    public ulong Sequence { get; set; }

    /// <summary>When it was first given to the socket; 0 before.</summary>
    public long SentTimestamp { get; set; }

    /// <summary>The sending thread is reading the bytes: they may not be reused yet.</summary>
    public bool IsSending { get; set; }

    /// <summary>Acked or refused for good.</summary>
    public bool IsSettled { get; set; }
}
