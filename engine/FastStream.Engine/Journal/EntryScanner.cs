namespace FastStream.Engine.Journal;

/// <summary>Walks a range of a log that must be sound: anything else is damage and throws.</summary>
internal sealed class EntryScanner : IEntryScanner
{
    private readonly LogGeometry _geometry;
    private readonly EntryReader _reader;
    private readonly long _limit;
    private readonly bool _startsAtEntry;
    private ulong _lastSequence;
    private ulong _lastIncarnation;
    private long _firstUnsure; // where an unused page end began, until an entry has proved that nothing is missing

    /// <summary>
    /// With <paramref name="startsAtEntry"/> an entry must stand at the start: what a commit calls the beginning
    /// is one. Without, the start may be an entry's end, after which a page's rest may be unused.
    /// </summary>
    internal EntryScanner(
        LogGeometry geometry,
        bool direct,
        long fromAddress,
        long limit,
        bool startsAtEntry = false,
        bool readsAhead = false)
    {
        _startsAtEntry = startsAtEntry;
        _geometry = geometry;
        _reader = readsAhead
            ? new EntryReader(geometry, new PageReadAhead(geometry, direct, fromAddress, limit))
            : new EntryReader(geometry, direct, EntryReader.SequentialBytes);
        _limit = limit;
        NextAddress = fromAddress;
        _firstUnsure = fromAddress;
    }

    public long NextAddress { get; private set; }

    /// <summary>Sequence of the last entry passed, padding included; 0 before the first.</summary>
    internal ulong LastSequence => _lastSequence;

    internal ulong LastIncarnation => _lastIncarnation;

    internal long PassedCount { get; private set; }

    /// <summary>The log's end as recovery found it: a scan that reaches it must have met its last entry.</summary>
    internal RecoveredLog? End { get; init; }

    public bool MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
    {
        while (MoveNextOfAnyKind(out address, out header, out payload))
        {
            if (header.Kind != EntryKind.Padding)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Like MoveNext, with padding.</summary>
    internal bool MoveNextOfAnyKind(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
    {
        while (NextAddress < _limit)
        {
            address = NextAddress;
            EntryFault fault = _reader.Read(address, _limit, out header, out payload, out long end);
            if (fault == EntryFault.Gap && PassGap(address))
            {
                continue;
            }

            if (fault == EntryFault.None && !Follows(header))
            {
                throw Damage(_firstUnsure, Explain(EntryFault.Sequence, header));
            }

            if (fault != EntryFault.None)
            {
                throw Damage(address, Explain(fault, header));
            }

            _lastSequence = header.EntrySequence;
            _lastIncarnation = header.Incarnation;
            PassedCount++;
            NextAddress = end;
            _firstUnsure = end;
            return true;
        }

        CheckEnd();
        address = NextAddress;
        header = default;
        payload = default;
        return false;
    }

    public void Dispose() => _reader.Dispose();

    internal JournalDamagedException Damage(long address, string what) => _geometry.Damage(address, what);

    private void CheckEnd()
    {
        if (End is not null
            && _limit == End.TailAddress
            && PassedCount > 0
            && (_lastSequence != End.EntrySequence || _lastIncarnation != End.Incarnation))
        {
            throw Damage(_limit - 1, $"the last entry is {_lastSequence}, and {End.EntrySequence} was committed");
        }
    }

    /// <summary>
    /// The rest of a page may be unused when the next page goes on; an unused page may not lie inside.
    /// </summary>
    private bool PassGap(long address)
    {
        long pageEnd = _geometry.PageEnd(address);
        if (address == _geometry.PageStart(address) || pageEnd > _limit || (_startsAtEntry && PassedCount == 0))
        {
            return false;
        }

        NextAddress = pageEnd;
        return true;
    }

    private bool Follows(in EntryHeader header) =>
        _lastSequence == 0
        || (header.EntrySequence == _lastSequence + 1
            && (header.Incarnation == _lastIncarnation
                || (header.Incarnation > _lastIncarnation && header.Kind == EntryKind.IncarnationStarted)));

    private string Explain(EntryFault fault, in EntryHeader header) => fault switch
    {
        EntryFault.Gap => "zeros where an entry should be",
        EntryFault.Missing when _reader.LastError != 0 =>
            $"the file cannot be read: {StorageError.Describe(_reader.LastError)}",
        EntryFault.Missing => "the file ends too early",
        EntryFault.Length => "an entry's length is impossible",
        EntryFault.Magic => "no entry starts here",
        EntryFault.HeaderChecksum => "an entry's header does not match its checksum",
        EntryFault.Version => $"an entry of version {header.Version}; this program reads {EntryHeader.CurrentVersion}",
        EntryFault.PayloadChecksum => $"the payload of entry {header.EntrySequence} does not match its checksum",
        EntryFault.Sequence =>
            $"entry {_lastSequence + 1} is missing; the next one found is {header.EntrySequence}",
        _ => "the entry is not sound",
    };
}
