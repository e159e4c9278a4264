namespace FastStream.Client;

/// <summary>
/// Slots and blocks that are used again. Not thread-safe: the owner's lock guards it. It never holds more than were in
/// use at once, which the in-flight limits bound.
/// </summary>
internal sealed class FramePool
{
    private readonly Stack<FrameSlot> _slots = new();
    private readonly Stack<byte[]> _blocks = new();
    private int _blockBytes;

    public FrameSlot RentSlot() => _slots.TryPop(out FrameSlot? slot) ? slot : new FrameSlot();

    /// <summary>A block of at least this many bytes. Blocks that have become too small are dropped.</summary>
    public byte[] RentBlock(int bytes)
    {
        if (bytes > _blockBytes)
        {
            _blocks.Clear();
            _blockBytes = bytes;
        }

        return _blocks.TryPop(out byte[]? block)
            ? block
            : GC.AllocateUninitializedArray<byte>(_blockBytes, pinned: true);
    }

    public void Return(FrameSlot slot)
    {
        if (slot.Block is { } block && block.Length == _blockBytes)
        {
            _blocks.Push(block);
        }

        slot.Block = null;
        slot.Frame = default;
        slot.SentTimestamp = 0;
        slot.IsSending = false;
        slot.IsSettled = false;
        _slots.Push(slot);
    }
}
