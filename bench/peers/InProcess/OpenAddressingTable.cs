namespace FastStream.Peers.InProcess;

/// <summary>
/// What a careful user writes in fifty lines: a power of two of slots, at most half full, a multiplicative hash
/// (Knuth), linear probing, key and cell side by side.
/// </summary>
internal sealed class OpenAddressingTable : IWindowTable
{
    private const ulong HashFactor = 0x9E3779B97F4A7C15;
    private Slot[] _slots = new Slot[64];
    private int _shift = 64 - 6;
    private int _count;

    public void Add(ReadOnlySpan<ulong> keys, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            Find(keys[i]).Cell.Add(values[i]);
        }
    }

    public void Close(List<WindowRow> rows)
    {
        foreach (ref readonly Slot slot in _slots.AsSpan())
        {
            if (slot.Cell.Count > 0)
            {
                rows.Add(new WindowRow(slot.Key, slot.Cell));
            }
        }

        Array.Clear(_slots);
        _count = 0;
    }

    private ref Slot Find(ulong key)
    {
        Slot[] slots = _slots;
        int mask = slots.Length - 1;
        int at = (int)((key * HashFactor) >> _shift);
        while (true)
        {
            ref Slot slot = ref slots[at & mask];
            if (slot.Cell.Count == 0)
            {
                return ref Take(key, at & mask);
            }

            if (slot.Key == key)
            {
                return ref slot;
            }

            at++;
        }
    }

    private ref Slot Take(ulong key, int at)
    {
        if (_count + 1 > _slots.Length / 2)
        {
            Grow();
            return ref Find(key);
        }

        _count++;
        _slots[at].Key = key;
        return ref _slots[at];
    }

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[2 * old.Length];
        _shift--;
        _count = 0;
        foreach (ref readonly Slot slot in old.AsSpan())
        {
            if (slot.Cell.Count > 0)
            {
                Find(slot.Key) = slot;
            }
        }
    }

    private struct Slot
    {
        public ulong Key;
        public WindowCell Cell;
    }
}
