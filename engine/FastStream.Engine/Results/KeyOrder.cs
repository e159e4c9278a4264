using FastStream.Engine.Partitions;

namespace FastStream.Engine.Results;

/// <summary>The order of the rows of a window in the results log: by slot, then by key.</summary>
internal static class KeyOrder
{
    internal static int Compare(ulong left, ulong right)
    {
        int order = SlotHash.SlotOf(left).CompareTo(SlotHash.SlotOf(right));
        return order != 0 ? order : left.CompareTo(right);
    }
}
