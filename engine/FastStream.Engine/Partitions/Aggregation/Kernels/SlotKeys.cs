namespace FastStream.Engine.Partitions.Aggregation.Kernels;

/// <summary>Slots of keys, for views over all keys. The loop has no branch; the compiler's code is enough.</summary>
internal static unsafe class SlotKeys
{
    /// <summary>Writes the slot of each row's key at the row's place in <paramref name="slots"/>.</summary>
    public static void Fill(ulong* keys, ushort* rows, int count, ulong* slots)
    {
        for (int i = 0; i < count; i++)
        {
            int row = rows[i];
            slots[row] = SlotHash.Mix(keys[row]) >> 56;
        }
    }
}
