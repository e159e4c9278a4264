namespace FastStream.Engine.Results;

/// <summary>Where rows of a window lie in the results log.</summary>
/// <param name="StartNs">First nanosecond of the window.</param>
/// <param name="EndNs">First nanosecond after it.</param>
/// <param name="Address">The entry's address.</param>
/// <param name="FirstKey">Key of the entry's first row.</param>
/// <param name="RowCount">Rows of the entry.</param>
/// <param name="Revision">Revision of the window.</param>
internal readonly record struct IndexedEntry(
    long StartNs, long EndNs, long Address, ulong FirstKey, int RowCount, int Revision)
{
    /// <summary>Order of a view's entries: window, revision, first row.</summary>
    internal static int Compare(in IndexedEntry left, in IndexedEntry right)
    {
        int order = left.StartNs.CompareTo(right.StartNs);
        order = order != 0 ? order : left.Revision.CompareTo(right.Revision);
        return order != 0 ? order : KeyOrder.Compare(left.FirstKey, right.FirstKey);
    }
}
