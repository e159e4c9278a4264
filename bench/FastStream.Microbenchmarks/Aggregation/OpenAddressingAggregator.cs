namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>
/// What a careful user writes in fifty lines: a power of two of slots, at most half full, a multiplicative hash
/// (Knuth), linear probing, key and cell side by side.
/// </summary>
internal sealed unsafe class OpenAddressingAggregator : IAggregator
{
    private Slot[] _slots = new Slot[64];
    private int _shift = 64 - 6;
    private int _count;

    public void Apply(AggregateFrame frame)
    {
        frame.RequireOneWindow();
        ulong* keys = frame.Keys;
        double* values = frame.Values;
        for (int i = 0; i < Records.PerFrame; i++)
        {
            Find(keys[i]).Cell.Add(values[i]);
        }
    }

    public Dictionary<ulong, AggregateRow> Close() => _slots
        .Where(slot => slot.Cell.Count > 0)
        .ToDictionary(slot => slot.Key, slot => new AggregateRow(
            slot.Cell.Count, slot.Cell.Sum, slot.Cell.Min, slot.Cell.Max, slot.Cell.Variance));

    public void Dispose()
    {
    }

    private ref Slot Find(ulong key)
    {
        Slot[] slots = _slots;
        int mask = slots.Length - 1;
        int at = (int)((key * 0x9E3779B97F4A7C15) >> _shift);
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
        if (++_count > _slots.Length / 2)
        {
            Grow();
            _count++;
            return ref Find(key);
        }

        _slots[at].Key = key;
        return ref _slots[at];
    }

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[2 * old.Length];
        _shift--;
        _count = 0;
        foreach (Slot slot in old)
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
        public MomentsCell Cell;
    }
}
