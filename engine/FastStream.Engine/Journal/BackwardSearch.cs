namespace FastStream.Engine.Journal;

/// <summary>Finds an entry from a log's end backwards, page by page: each page begins with an entry.</summary>
internal static class BackwardSearch
{
    /// <summary>What <see cref="IEntryLog.FindLast"/> says, in [begin, before).</summary>
    internal static long FindLast(LogGeometry geometry, bool direct, long begin, long before, EntryKind kind)
    {
        using EntryReader reader = new(geometry, direct, EntryReader.SequentialBytes);
        for (long page = geometry.PageStart(Math.Max(before - 1, begin)); ; page -= geometry.PageBytes)
        {
            long last = LastOfPage(geometry, reader, Math.Max(page, begin), before, kind);
            if (last >= 0 || page <= begin)
            {
                return last;
            }
        }
    }

    // Follows the entries of a page to its end, or to where one is not sound: that is for the scan to find.
    private static long LastOfPage(LogGeometry geometry, EntryReader reader, long from, long before, EntryKind kind)
    {
        long last = -1;
        long limit = Math.Min(before, geometry.PageEnd(from));
        long address = Math.Max(from, LogGeometry.FirstAddress);
        while (address < limit
            && reader.ReadHeader(address, limit, out EntryHeader header, out long end) == EntryFault.None)
        {
            last = header.Kind == kind ? address : last;
            address = end;
        }

        return last;
    }
}
