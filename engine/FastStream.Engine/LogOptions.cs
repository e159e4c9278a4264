using FastStream.Engine.Journal;

namespace FastStream.Engine;

/// <summary>Memory and files of the logs.</summary>
public sealed record LogOptions
{
    // Pages are filled and written at the same time; with fewer, filling would wait for writing.
    private const int LeastPageCount = 8;

    // A disk is not as fast at each moment as over a second: what waits for it evens that out.
    private const long UsualMemoryBytes = 128L << 20;
    private const int UsualPageCount = 32;

    /// <summary>A journal page; a frame takes at most a quarter. Default 4 MiB; a power of two.</summary>
    public int JournalPageBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Journal memory, a power of two of eight pages or more. Default 0 = 32 pages up to 128 MiB, or eight where those
    /// are more.
    /// </summary>
    public long JournalMemoryBytes { get; init; }

    /// <summary>A journal file; default 256 MiB; a power of two.</summary>
    public long JournalSegmentBytes { get; init; } = 256L << 20;

    /// <summary>A file of the results log and the state log; default 64 MiB; a power of two.</summary>
    public long SmallSegmentBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Disk space held back for results and snapshots: when the disk is full, the journal refuses frames while they
    /// can still be written, and a snapshot is what lets old journal files go. Default 0 = as much as one of their
    /// files; -1 = none.
    /// </summary>
    public long ReserveBytes { get; init; }

    internal DataFolderSettings ToSettings(bool allowVolatile)
    {
        EntryLogSettings small = EntryLogSettings.Small with { SegmentBytes = SmallSegmentBytes };
        return new DataFolderSettings
        {
            Journal = new EntryLogSettings
            {
                PageBytes = JournalPageBytes,
                MemoryBytes = MemoryOfJournal(),
                SegmentBytes = JournalSegmentBytes,
            },
            Results = small,
            State = small,
            AllowVolatile = allowVolatile,
            ReserveBytes = ReserveBytes == 0 ? SmallSegmentBytes : Math.Max(0, ReserveBytes),
        };
    }

    internal IEnumerable<string> FindFaults(EngineLimits limits)
    {
        if (!System.Numerics.BitOperations.IsPow2(JournalPageBytes) || JournalPageBytes is < 1 << 16 or > 1 << 26)
        {
            yield return $"{nameof(JournalPageBytes)} {JournalPageBytes} is not a power of two in 64 KiB..64 MiB";
        }

        if (limits.MaxFrameBytes > JournalPageBytes / 4)
        {
            yield return $"{nameof(JournalPageBytes)} {JournalPageBytes} is below four frames of "
                + $"{limits.MaxFrameBytes}";
        }

        bool isMemorySound = System.Numerics.BitOperations.IsPow2(JournalMemoryBytes)
            && JournalMemoryBytes >= (long)LeastPageCount * JournalPageBytes;
        if (JournalMemoryBytes != 0 && !isMemorySound)
        {
            yield return $"{nameof(JournalMemoryBytes)} {JournalMemoryBytes} is not 0 and not a power of two of at "
                + $"least {LeastPageCount} pages of {JournalPageBytes}";
        }

        if (!System.Numerics.BitOperations.IsPow2(JournalSegmentBytes) || JournalSegmentBytes < JournalPageBytes)
        {
            yield return $"{nameof(JournalSegmentBytes)} {JournalSegmentBytes} is not a power of two of a page or more";
        }

        if (ReserveBytes < -1)
        {
            yield return $"{nameof(ReserveBytes)} {ReserveBytes} is below -1, which means none";
        }

        if (!System.Numerics.BitOperations.IsPow2(SmallSegmentBytes) || SmallSegmentBytes < 4 << 20)
        {
            yield return $"{nameof(SmallSegmentBytes)} {SmallSegmentBytes} is not a power of two of 4 MiB or more";
        }
    }

    private long MemoryOfJournal()
    {
        long least = (long)LeastPageCount * JournalPageBytes;
        long usual = Math.Min(UsualMemoryBytes, (long)UsualPageCount * JournalPageBytes);
        return JournalMemoryBytes > 0 ? JournalMemoryBytes : Math.Max(least, usual);
    }
}
