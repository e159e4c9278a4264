using System.Runtime.InteropServices;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Engine.Repair;

/// <summary>
/// Walks a log that may be damaged: gives every sound entry in order and notes the holes between them. An entry is
/// taken only when it continues the sequence, or when what lies before it has room for the entries that are missing.
/// </summary>
internal sealed class DamagedLogScanner : IDisposable
{
    /// <summary>Header and payload of the longest entry are read in one piece.</summary>
    private const int ReadBytes = 32 << 20;

    private const long LookAheadBytes = 256L << 20;

    private readonly LogGeometry _geometry;
    private readonly EntryReader _reader;
    private readonly CommitRecord? _commit;
    private readonly long _filesEnd;
    private bool _isFirst = true;
    private bool _isAfterHole;

    internal DamagedLogScanner(LogGeometry geometry, long beginAddress, CommitRecord? commit)
    {
        _geometry = geometry;
        _commit = commit;
        _reader = new EntryReader(geometry, direct: false, Math.Min(ReadBytes, geometry.PageBytes));
        List<int> segments = geometry.FindSegments();
        _filesEnd = segments.Count == 0 ? 0 : (segments[^1] + 1L) * geometry.SegmentBytes;
        NextAddress = beginAddress;
    }

    internal long NextAddress { get; private set; }

    internal ulong LastSequence { get; private set; }

    internal ulong LastIncarnation { get; private set; }

    internal List<LogHole> Holes { get; } = [];

    /// <summary>Entries whose length before the header is wrong, while the header says it: nothing is lost.</summary>
    internal Dictionary<long, int> WrongLengths { get; } = [];

    private long CommittedUntil => _commit?.UntilAddress ?? 0;

    /// <summary>The next sound entry; the payload is borrowed until the next call.</summary>
    internal bool MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            address = NextAddress;
            EntryFault fault = Read(address, out header, out payload, out long end);
            if (fault is EntryFault.None or EntryFault.PayloadChecksum && Follows(header))
            {
                Pass(header, end);
                if (fault == EntryFault.None)
                {
                    return true;
                }

                Holes.Add(new LogHole(address, end, header.EntrySequence, 1, header)
                {
                    IncarnationBefore = header.Incarnation,
                    IncarnationAfter = header.Incarnation,
                });
                continue;
            }

            if (IsUnusedEnd(address, fault))
            {
                NextAddress = _geometry.PageEnd(address);
                continue;
            }

            if (!PassHole(address))
            {
                header = default;
                payload = default;
                return false;
            }
        }
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>Notes the hole that begins here and goes on behind it; false at the end of the log.</summary>
    private bool PassHole(long address)
    {
        if (FindNext(address, out long next, out EntryHeader header))
        {
            long lost = _isFirst && address > LogGeometry.FirstAddress
                ? Math.Max(1, StandInLayout.LeastCountAfter(_geometry, address, next))
                : (long)(header.EntrySequence - LastSequence - 1);
            AddHole(address, next, header.EntrySequence - (ulong)lost, lost, header);
            LastSequence = header.EntrySequence - 1;
            NextAddress = next;
            return true;
        }

        if (_commit is not CommitRecord commit || address >= commit.UntilAddress)
        {
            return false;
        }

        AddHole(
            address,
            commit.UntilAddress,
            LastSequence + 1,
            (long)(commit.EntrySequence - LastSequence),
            new EntryHeader { Incarnation = commit.Incarnation });
        LastSequence = commit.EntrySequence;
        LastIncarnation = commit.Incarnation;
        NextAddress = commit.UntilAddress;
        return true;
    }

    private void AddHole(long from, long until, ulong firstSequence, long count, in EntryHeader after)
    {
        _isFirst = false;
        _isAfterHole = true;
        bool startsLife = after.Kind == EntryKind.IncarnationStarted;
        Holes.Add(new LogHole(from, until, firstSequence, count, Header: null)
        {
            IncarnationBefore = LastIncarnation == 0 ? after.Incarnation : LastIncarnation,
            IncarnationAfter = startsLife ? LastIncarnation : after.Incarnation,
        });
    }

    private void Pass(in EntryHeader header, long end)
    {
        LastSequence = header.EntrySequence;
        LastIncarnation = header.Incarnation;
        NextAddress = end;
        _isFirst = false;
        _isAfterHole = false;
    }

    private bool Follows(in EntryHeader header)
    {
        if (_isFirst)
        {
            return NextAddress > LogGeometry.FirstAddress || header.EntrySequence == 1;
        }

        return header.EntrySequence == LastSequence + 1
            && (header.Incarnation == LastIncarnation
                || (header.Incarnation > LastIncarnation
                    && (_isAfterHole || header.Kind == EntryKind.IncarnationStarted)));
    }

    /// <summary>The rest of a page may be unused; the next page then goes on.</summary>
    private bool IsUnusedEnd(long address, EntryFault fault)
    {
        long page = _geometry.PageEnd(address);
        if (fault != EntryFault.Gap || address == _geometry.PageStart(address))
        {
            return false;
        }

        if (page == CommittedUntil)
        {
            return LastSequence == _commit!.Value.EntrySequence;
        }

        return Read(page, out EntryHeader header, out _, out _) is EntryFault.None or EntryFault.PayloadChecksum
            && Follows(header);
    }

    /// <summary>
    /// Looks for the next entry that can follow. Above the newest commit it must say that something past the hole's
    /// start was durable: all else there is a torn tail.
    /// </summary>
    private bool FindNext(long from, out long next, out EntryHeader header)
    {
        uint magic = EntryHeader.MagicValue;
        ReadOnlySpan<byte> magicBytes = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(ref magic));
        bool isCommitted = from < CommittedUntil;
        long aheadUntil = _commit is null ? _filesEnd : Math.Min(_filesEnd, from + LookAheadBytes);
        long until = isCommitted ? CommittedUntil : aheadUntil;
        long address = from;
        while (address < until)
        {
            ReadOnlySpan<byte> bytes = _reader.ReadRaw(address, until);
            if (bytes.IsEmpty)
            {
                address = (_geometry.SegmentOf(address) + 1L) * _geometry.SegmentBytes; // a file that ends early
                continue;
            }

            int index = bytes.IndexOf(magicBytes);
            if (index < 0)
            {
                // The magic may lie across two pieces that were read apart.
                address += Math.Max(1, bytes.Length - (address + bytes.Length < until ? sizeof(uint) - 1 : 0));
                continue;
            }

            next = address + index - LogGeometry.LengthBytes;
            address += index + LogGeometry.LengthBytes;
            if (next % LogGeometry.LengthBytes == 0 && next > from && CanFollow(from, next, isCommitted, out header))
            {
                return true;
            }
        }

        next = 0;
        header = default;
        return false;
    }

    private bool CanFollow(long from, long next, bool isCommitted, out EntryHeader header)
    {
        EntryFault fault = Read(next, out header, out _, out _);
        if (fault is not (EntryFault.None or EntryFault.PayloadChecksum) || header.Incarnation < LastIncarnation)
        {
            return false;
        }

        bool isAnyFirst = _isFirst && from > LogGeometry.FirstAddress;
        ulong room = (ulong)((next - from) / LogGeometry.LeastEntryBytes);
        bool hasRoom = header.EntrySequence > LastSequence && header.EntrySequence - LastSequence - 1 <= room;
        bool isProof = isCommitted || _commit is null || header.DurableAddressKnown > (ulong)from;
        return (isAnyFirst || hasRoom) && isProof;
    }

    private EntryFault Read(long address, out EntryHeader header, out ReadOnlySpan<byte> payload, out long end)
    {
        header = default;
        payload = default;
        end = address;
        long pageEnd = _geometry.PageEnd(address);
        if (pageEnd - address < LogGeometry.LeastEntryBytes)
        {
            return EntryFault.Gap;
        }

        ReadOnlySpan<byte> bytes = _reader.ReadRaw(address, address + LogGeometry.LeastEntryBytes);
        if (bytes.Length < LogGeometry.LeastEntryBytes)
        {
            return EntryFault.Missing;
        }

        int length = MemoryMarshal.Read<int>(bytes);
        header = MemoryMarshal.Read<EntryHeader>(bytes[LogGeometry.LengthBytes..]);
        EntryFault fault = header.Check();
        if (fault != EntryFault.None)
        {
            return length == 0 && !bytes.ContainsAnyExcept((byte)0) ? EntryFault.Gap : fault;
        }

        if (header.PayloadBytes > pageEnd - address - LogGeometry.LeastEntryBytes)
        {
            return EntryFault.Length;
        }

        end = address + LogGeometry.StoredBytes((int)header.PayloadBytes);
        bytes = _reader.ReadRaw(address, end);
        if (bytes.Length < end - address)
        {
            return EntryFault.PayloadChecksum; // the file ends inside
        }

        payload = bytes.Slice(LogGeometry.LeastEntryBytes, (int)header.PayloadBytes);
        if (Crc32C.Compute(payload) != header.PayloadCrc32C)
        {
            return EntryFault.PayloadChecksum;
        }

        if (length != EntryHeader.SizeBytes + payload.Length)
        {
            WrongLengths[address] = EntryHeader.SizeBytes + payload.Length;
        }

        return EntryFault.None;
    }
}
