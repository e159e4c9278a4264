using FastStream.Engine.Journal;

namespace FastStream.Engine.Repair;

/// <summary>How the copy of a log differs from it: where it begins and ends, what stands in its holes.</summary>
internal sealed class LogPatch(LogGeometry source, long beginAddress)
{
    private readonly List<(long From, long Until)> _cleared = [];
    private readonly SortedDictionary<long, byte[]> _bytes = [];

    internal LogGeometry Source { get; } = source;

    internal long BeginAddress { get; } = beginAddress;

    /// <summary>End of the last entry, on a block border once <see cref="EndAt"/> was called.</summary>
    internal long EndAddress { get; private set; }

    internal ulong LastSequence { get; private set; }

    internal ulong LastIncarnation { get; private set; }

    /// <summary>Fills a hole with what stands for the lost entries.</summary>
    internal void Fill(LogHole hole, IEnumerable<LogStandIn> entries)
    {
        _cleared.Add((hole.From, hole.Until));
        foreach (LogStandIn entry in entries)
        {
            _bytes[entry.Address] = entry.ToBytes();
        }
    }

    /// <summary>Puts another entry of the same length where a sound one stands.</summary>
    internal void Replace(long address, EntryHeader header)
    {
        _cleared.Add((address, address + LogGeometry.StoredBytes((int)header.PayloadBytes)));
        _bytes[address] = StandInLayout.Lost(address, header).ToBytes();
    }

    /// <summary>Mends the length before an entry.</summary>
    internal void SetLength(long address, int length) => _bytes.TryAdd(address, BitConverter.GetBytes(length));

    /// <summary>The log ends here; a padding follows, so that the next life begins on a block of its own.</summary>
    internal void EndAt(long address, ulong sequence, ulong incarnation)
    {
        (EndAddress, LastSequence, LastIncarnation) = (address, sequence, incarnation);
        if (address % DurableFile.BlockBytes == 0)
        {
            return;
        }

        int payloadBytes = Source.PaddingPayloadBytes(address);
        long start = Source.StartOf(address, LogGeometry.LeastEntryBytes);
        EntryHeader header = new()
        {
            Kind = EntryKind.Padding,
            EntrySequence = sequence + 1,
            Incarnation = incarnation,
            PayloadBytes = (uint)payloadBytes,
        };
        _cleared.Add((address, start + LogGeometry.StoredBytes(payloadBytes)));
        _bytes[start] = new LogStandIn(start, header, []).ToBytes();
        (EndAddress, LastSequence) = (start + LogGeometry.StoredBytes(payloadBytes), sequence + 1);
    }

    /// <summary>Changes a piece of the source's bytes into the copy's.</summary>
    internal void Apply(long address, Span<byte> piece)
    {
        long until = address + piece.Length;
        foreach ((long from, long to) in _cleared)
        {
            ClearBetween(address, piece, from, to);
        }

        ClearBetween(address, piece, EndAddress, long.MaxValue);
        foreach ((long at, byte[] bytes) in _bytes)
        {
            long from = Math.Max(at, address);
            long to = Math.Min(at + bytes.Length, until);
            if (from < to && at < EndAddress)
            {
                bytes.AsSpan((int)(from - at), (int)(to - from)).CopyTo(piece[(int)(from - address)..]);
            }
        }
    }

    private static void ClearBetween(long address, Span<byte> piece, long from, long until)
    {
        long first = Math.Max(from, address);
        long last = Math.Min(until, address + piece.Length);
        if (first < last)
        {
            piece[(int)(first - address)..(int)(last - address)].Clear();
        }
    }
}
