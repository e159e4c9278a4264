using FastStream.Engine.Journal;

namespace FastStream.Engine.Repair;

/// <summary>
/// Fills a hole with exactly as many entries as were lost in it, page by page, so that what follows keeps its address
/// and its sequence. The lost ones fitted there, so others do.
/// </summary>
internal static class StandInLayout
{
    /// <summary>The entries of a hole; null when they do not fit, which only a long insert can cause.</summary>
    internal static List<LogStandIn>? Fill(LogGeometry geometry, LogHole hole)
    {
        if (hole.Header is EntryHeader known)
        {
            return [Replace(hole, known)];
        }

        int count = (int)hole.EntryCount;
        if (hole.Inserts.Count > count)
        {
            return null;
        }

        List<LogStandIn> entries = [];
        long address = hole.From;
        int next = 0;
        while (address < hole.Until)
        {
            long end = Math.Min(hole.Until, geometry.PageEnd(address));
            int reserved = LeastCountAfter(geometry, end, hole.Until);
            int taken = TakeFitting(hole, next, count - reserved, end - address, out long usedBytes);
            bool mustReachEnd = end == hole.Until && end != geometry.PageEnd(address);
            bool mustHaveOne = address == geometry.PageStart(address);
            if ((mustHaveOne && taken == 0) || (mustReachEnd && taken == 0))
            {
                return null;
            }

            long slack = mustReachEnd ? end - address - usedBytes : 0;
            for (int index = 0; index < taken; index++, next++)
            {
                LogStandIn entry = Entry(hole, next, count, address);
                int room = next < hole.Inserts.Count ? 0 : geometry.MaxPayloadBytes; // an insert says what it says
                int longer = (int)Math.Min(slack, room);
                slack -= longer;
                EntryHeader header = entry.Header;
                header.PayloadBytes += (uint)longer;
                entries.Add(entry with { Header = header });
                address += LogGeometry.StoredBytes((int)header.PayloadBytes);
            }

            if (slack > 0)
            {
                return null;
            }

            address = end;
        }

        return next == count ? entries : null;
    }

    /// <summary>The least number of entries that fill a stretch which begins with a page and ends anywhere.</summary>
    internal static int LeastCountAfter(LogGeometry geometry, long from, long until)
    {
        if (from >= until)
        {
            return 0;
        }

        long wholePages = (until - from) / geometry.PageBytes;
        long rest = (until - from) % geometry.PageBytes;
        long longest = LogGeometry.StoredBytes(geometry.MaxPayloadBytes);
        return (int)(wholePages + ((rest + longest - 1) / longest));
    }

    private static int TakeFitting(LogHole hole, int next, int limit, long room, out long usedBytes)
    {
        int taken = 0;
        usedBytes = 0;
        while (next + taken < limit)
        {
            int payload = next + taken < hole.Inserts.Count ? hole.Inserts[next + taken].Payload.Length : 0;
            if (usedBytes + LogGeometry.StoredBytes(payload) > room)
            {
                break;
            }

            usedBytes += LogGeometry.StoredBytes(payload);
            taken++;
        }

        return taken;
    }

    private static LogStandIn Entry(LogHole hole, int index, int count, long address)
    {
        LogStandIn? insert = index < hole.Inserts.Count ? hole.Inserts[index] : null;
        EntryHeader header = insert?.Header ?? new EntryHeader { Kind = EntryKind.Lost };
        byte[] payload = insert?.Payload ?? [];
        header.EntrySequence = hole.FirstSequence + (ulong)index;
        header.Incarnation = hole.IncarnationBefore;
        header.PayloadBytes = (uint)payload.Length;
        if (index == count - 1 && hole.IncarnationAfter > hole.IncarnationBefore && insert is null)
        {
            header.Kind = EntryKind.IncarnationStarted;
            header.Incarnation = hole.IncarnationAfter;
        }

        return new LogStandIn(address, header, payload);
    }

    // Its header is sound: what it was, whose and when is kept. Padding and the start of a life lose nothing.
    private static LogStandIn Replace(LogHole hole, EntryHeader known)
    {
        if (hole.Inserts is [LogStandIn insert, ..])
        {
            EntryHeader header = insert.Header;
            header.EntrySequence = known.EntrySequence;
            header.Incarnation = known.Incarnation;
            header.PayloadBytes = (uint)insert.Payload.Length; // as long as the lost one, up to the fill behind it
            return new LogStandIn(hole.From, header, insert.Payload);
        }

        return Lost(hole.From, known);
    }

    /// <summary>Stands for an entry whose header is known.</summary>
    internal static LogStandIn Lost(long address, EntryHeader known)
    {
        if (known.Kind is not (EntryKind.Padding or EntryKind.IncarnationStarted))
        {
            known.Detail = (uint)known.Kind;
            known.Kind = EntryKind.Lost;
        }

        return new LogStandIn(address, known, []);
    }
}
