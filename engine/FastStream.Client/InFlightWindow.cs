using System.Diagnostics;
using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>
/// Frames that are not settled yet, in sequence, and which of them has to be sent next. Not thread-safe: the owner's
/// lock guards every call. Invariant: sequences are consecutive, sent frames come before unsent ones.
/// </summary>
internal sealed class InFlightWindow(int maxFrames, int maxBytes, FramePool pool)
{
    private readonly FrameSlot?[] _ring = new FrameSlot?[maxFrames];
    private int _head;
    private int _count;
    private int _sent;

    /// <summary>All frames up to this sequence are settled.</summary>
    public ulong SettledThrough { get; private set; }

    public int Count => _count;

    public long Bytes { get; private set; }

    public bool HasUnsent => _sent < _count;

    public bool HasRoom(int bytes) => _count < _ring.Length && (_count == 0 || Bytes + bytes <= maxBytes);

    /// <summary>Starts numbering behind this sequence; the window is empty.</summary>
    public void Start(ulong settledThrough)
    {
        Debug.Assert(_count == 0, "A numbering starts in an empty window.");
        SettledThrough = settledThrough;
    }

    public void Add(FrameSlot slot)
    {
        if (slot.Sequence != SettledThrough + (ulong)_count + 1)
        {
            throw new InvalidOperationException(
                $"Frame {slot.Sequence} does not follow {SettledThrough + (ulong)_count}.");
        }

        At(_count) = slot;
        _count++;
        Bytes += slot.HeldBytes;
    }

    /// <summary>The next frame to send, which stays readable until <see cref="EndSend"/>.</summary>
    public FrameSlot BeginSend()
    {
        FrameSlot slot = At(_sent)!;
        slot.IsSending = true;
        _sent++;
        SkipSettled();
        return slot;
    }

    public void EndSend(FrameSlot slot)
    {
        slot.IsSending = false;
        if (slot.IsSettled && !IsInWindow(slot))
        {
            pool.Return(slot);
        }
    }

    /// <summary>Settles every frame up to this one. Returns how many.</summary>
    public int SettleThrough(ulong sequence)
    {
        int settled = 0;
        while (_count > 0 && (At(0)!.Sequence <= sequence || At(0)!.IsSettled))
        {
            Pop();
            settled++;
        }

        return settled;
    }

    /// <summary>Settles one frame in the middle: refused for good. False when it is not in flight.</summary>
    public bool Refuse(ulong sequence)
    {
        FrameSlot? slot = Find(sequence);
        if (slot is null || slot.IsSettled)
        {
            return false;
        }

        slot.IsSettled = true;
        _ = SettleThrough(SettledThrough);
        SkipSettled();
        return true;
    }

    /// <summary>The frame with this sequence, or null when it is not in flight.</summary>
    public FrameSlot? Find(ulong sequence)
    {
        ulong index = sequence - SettledThrough - 1;
        return index < (ulong)_count ? At((int)index) : null;
    }

    /// <summary>Sends again from this sequence on. Returns how many frames that were sent will be sent again.</summary>
    public int RewindTo(ulong sequence)
    {
        int index = sequence <= SettledThrough ? 0 : (int)Math.Min(sequence - SettledThrough - 1, (ulong)_sent);
        int again = _sent - index;
        _sent = index;
        SkipSettled();
        return again;
    }

    /// <summary>
    /// Gives all frames new numbers behind this one: the server has lost frames that it acked below durable, so theirs
    /// are free. False when a frame's memory is the caller's and cannot be changed.
    /// </summary>
    public bool TryRenumber(ulong settledThrough)
    {
        for (int index = 0; index < _count; index++)
        {
            if (At(index)!.Block is null)
            {
                return false;
            }
        }

        SettledThrough = settledThrough;
        for (int index = 0; index < _count; index++)
        {
            FrameSlot slot = At(index)!;
            slot.Sequence = settledThrough + (ulong)index + 1;
            FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
            _ = FrameHeader.TryRead(slot.Frame.Span, limits, out FrameHeader header);
            (header with { Sequence = slot.Sequence }).Write(slot.Block);
        }

        return true;
    }

    private void Pop()
    {
        ref FrameSlot? head = ref At(0);
        FrameSlot slot = head!;
        head = null;
        _head = (_head + 1) % _ring.Length;
        _count--;
        _sent = Math.Max(0, _sent - 1);
        Bytes -= slot.HeldBytes;
        SettledThrough = slot.Sequence;
        slot.IsSettled = true;
        if (!slot.IsSending)
        {
            pool.Return(slot);
        }
    }

    // A frame refused for good is not sent again.
    private void SkipSettled()
    {
        while (_sent < _count && At(_sent)!.IsSettled)
        {
            _sent++;
        }
    }

    private bool IsInWindow(FrameSlot slot) => slot.Sequence > SettledThrough;

    private ref FrameSlot? At(int index) => ref _ring[(_head + index) % _ring.Length];
}
