using System.Runtime.InteropServices;

namespace FastStream.Engine.Journal;

/// <summary>
/// Decides what a log's files hold, changing nothing.
/// </summary>
/// <remarks>
/// Rules:
/// 1. The newest valid commit counts; a log without one is damaged, never empty.
/// 2. Below the commit's address every entry must be sound and follow the one before it, down to the sequence that
///    the commit names. Otherwise: damage.
/// 3. Above it, sound entries that follow are taken (roll forward). They were written, perhaps acknowledged as such.
/// 4. Where that ends, the rest is a torn tail and cut, unless a sound entry after it says that something past the
///    end was durable: then acknowledged bytes are gone, and that is damage.
/// Stale bytes of an earlier life cannot pass rule 3: each life begins with an entry of a higher incarnation whose
/// sequence goes on, so older entries have a lower incarnation; nor rule 4: they know of nothing durable after the
/// point where their life was cut.
/// </remarks>
internal static class LogRecovery
{
    /// <summary>
    /// How far past the end rule 4 looks: twice the log's memory, since a commit covers at most one memory and the
    /// entries that know of it lie within the next. Who does not know the memory counts on 32 pages of it; never less
    /// than the bytes below.
    /// </summary>
    private const long LookAheadPageCount = 64;

    private const long LeastLookAheadBytes = 256L << 20;

    /// <summary>Rules 1, 3 and 4: where the log ends. Nothing below the commit is read.</summary>
    internal static RecoveredLog FindEnd(LogGeometry geometry, bool direct, long memoryBytes = 0)
    {
        CommitRecord commit = ReadCommit(geometry, out int slot);
#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.CutAtFirstBadEntry))
        {
            return CutAtFirstBadEntry(geometry, commit, slot);
        }
#endif
        CheckFiles(geometry, commit);
        return GoOn(geometry, direct, commit, slot, memoryBytes);
    }

    /// <summary>All four rules over the whole log.</summary>
    internal static RecoveredLog Analyse(LogGeometry geometry, bool direct)
    {
        RecoveredLog recovered = FindEnd(geometry, direct);
        using EntryScanner scanner = new(
            geometry, direct, recovered.Commit.BeginAddress, recovered.TailAddress, startsAtEntry: true)
        {
            End = recovered,
        };
        while (scanner.MoveNextOfAnyKind(out _, out _, out _))
        {
            // The scanner throws on anything unsound.
        }

        return recovered;
    }

    /// <summary>Rule 2's end: the scan must have met the entry that the commit names last.</summary>
    internal static void CheckLast(in CommitRecord commit, EntryScanner scanner)
    {
        if (scanner.PassedCount > 0
            && (scanner.LastSequence != commit.EntrySequence || scanner.LastIncarnation != commit.Incarnation))
        {
            throw scanner.Damage(
                commit.UntilAddress - 1,
                $"the last entry is {scanner.LastSequence} but the commit names {commit.EntrySequence}");
        }
    }

    /// <summary>Rules 3 and 4: what follows the commit.</summary>
    internal static RecoveredLog GoOn(
        LogGeometry geometry, bool direct, in CommitRecord commit, int slot, long memoryBytes = 0)
    {
        using EntryReader reader = new(geometry, direct, EntryReader.SequentialBytes);
        RecoveredLog recovered = RollForward(geometry, reader, new RecoveredLog(
            commit, slot, commit.UntilAddress, commit.EntrySequence, commit.Incarnation, 0));
        LookAhead(geometry, reader, recovered, LookAheadBytes(geometry, memoryBytes));
        return recovered;
    }

    /// <summary>How far past a log's end rule 4 looks; 0 bytes of memory: unknown.</summary>
    internal static long LookAheadBytes(LogGeometry geometry, long memoryBytes) =>
        Math.Max(2 * memoryBytes, Math.Max(LeastLookAheadBytes, LookAheadPageCount * geometry.PageBytes));

    /// <summary>The newest valid commit, or damage.</summary>
    internal static CommitRecord ReadCommit(LogGeometry geometry, out int slot)
    {
        slot = -1;
        if (!geometry.Files.FileExists(geometry.CommitsPath))
        {
            throw new JournalDamagedException(geometry.Name, geometry.CommitsPath, 0, "the file is missing");
        }

        byte[] bytes = geometry.Files.ReadAll(geometry.CommitsPath, CommitSlots.FileBytes);
        CommitRecord commit = CommitSlots.FindNewest(bytes, out slot);
        if (slot < 0)
        {
            throw new JournalDamagedException(
                geometry.Name, geometry.CommitsPath, 0, "neither of its two blocks holds a valid commit");
        }

        CheckPlace(geometry, commit, slot);
        return commit;
    }

    /// <summary>
    /// What a commit names lies in the files, or it was never written: addresses from nowhere would be scanned for
    /// ever.
    /// </summary>
    private static void CheckPlace(LogGeometry geometry, in CommitRecord commit, int slot)
    {
        if (commit.BeginAddress < LogGeometry.FirstAddress
            || commit.BeginAddress > commit.UntilAddress
            || commit.BeginAddress % LogGeometry.LengthBytes != 0
            || commit.UntilAddress % LogGeometry.LengthBytes != 0)
        {
            throw new JournalDamagedException(
                geometry.Name,
                geometry.CommitsPath,
                (long)slot * CommitSlots.SlotBytes,
                $"the commit names the impossible addresses {commit.BeginAddress} to {commit.UntilAddress}");
        }

        List<int> segments = geometry.FindSegments();
        long next = segments.Count == 0 ? 0 : segments[^1] + 1L;
        if (commit.UntilAddress > next * geometry.SegmentBytes)
        {
            throw Missing(geometry, next, commit);
        }
    }

    /// <summary>Every file between begin and commit, though a start need not read all of them.</summary>
    private static void CheckFiles(LogGeometry geometry, in CommitRecord commit)
    {
        HashSet<long> segments = [.. geometry.FindSegments()];
        long last = (commit.UntilAddress - 1) / geometry.SegmentBytes;
        for (long segment = commit.BeginAddress / geometry.SegmentBytes; segment <= last; segment++)
        {
            if (!segments.Contains(segment))
            {
                throw Missing(geometry, segment, commit);
            }
        }
    }

    private static JournalDamagedException Missing(LogGeometry geometry, long segment, in CommitRecord commit) => new(
        geometry.Name,
        geometry.SegmentPath((int)Math.Min(segment, int.MaxValue)),
        0,
        $"the file is missing; the commit says that all up to address {commit.UntilAddress} is durable");

#if PLANTED_FAULTS
    // The mistake to be noticed: whatever stands behind the first bad entry is taken for a torn tail.
    private static RecoveredLog CutAtFirstBadEntry(LogGeometry geometry, in CommitRecord commit, int slot)
    {
        using EntryReader reader = new(geometry, direct: false, EntryReader.SequentialBytes);
        if (reader.Read(commit.BeginAddress, long.MaxValue, out EntryHeader first, out _, out _) != EntryFault.None)
        {
            return new RecoveredLog(commit, slot, commit.BeginAddress, 0, 0, 0);
        }

        return RollForward(geometry, reader, new RecoveredLog(
            commit, slot, commit.BeginAddress, first.EntrySequence - 1, first.Incarnation, 0));
    }
#endif

    private static RecoveredLog RollForward(LogGeometry geometry, EntryReader reader, RecoveredLog found)
    {
        long address = found.TailAddress;
        while (true)
        {
            EntryFault fault = reader.Read(address, long.MaxValue, out EntryHeader header, out _, out long end);
            if (fault == EntryFault.Missing)
            {
                reader.RequireReadable(address);
            }

            if (fault == EntryFault.Gap && address != geometry.PageStart(address))
            {
                address = geometry.PageEnd(address); // an entry that did not fit starts here, or nothing does
                continue;
            }

            bool follows = fault == EntryFault.None
                && header.EntrySequence == found.EntrySequence + 1
                && (header.Incarnation == found.Incarnation
                    || (header.Incarnation > found.Incarnation && header.Kind == EntryKind.IncarnationStarted));
            if (!follows)
            {
                return found;
            }

            address = end;
            found = found with
            {
                TailAddress = end,
                EntrySequence = header.EntrySequence,
                Incarnation = header.Incarnation,
                RolledForwardCount = found.RolledForwardCount + 1,
            };
        }
    }

    private static void LookAhead(LogGeometry geometry, EntryReader reader, RecoveredLog found, long aheadBytes)
    {
        uint magic = EntryHeader.MagicValue;
        ReadOnlySpan<byte> magicBytes = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(ref magic));
        long until = found.TailAddress + aheadBytes;
        long address = found.TailAddress;
        while (address < until)
        {
            ReadOnlySpan<byte> bytes = reader.ReadRaw(address, until);
            if (bytes.IsEmpty)
            {
                reader.RequireReadable(address);
                return; // the files end here
            }

            int index = bytes.IndexOf(magicBytes);
            if (index < 0)
            {
                address += bytes.Length;
                continue;
            }

            long entry = address + index - LogGeometry.LengthBytes;
            address += index + LogGeometry.LengthBytes;
            if (entry % LogGeometry.LengthBytes == 0
                && entry >= found.TailAddress
                && reader.ReadHeader(entry, long.MaxValue, out EntryHeader header, out _) == EntryFault.None
                && header.EntrySequence > found.EntrySequence
                && header.DurableAddressKnown > (ulong)found.TailAddress)
            {
                throw geometry.Damage(
                    found.TailAddress,
                    $"entry {found.EntrySequence + 1} is not sound, but entry {header.EntrySequence} says that it " +
                    "was durable");
            }
        }
    }
}
