using System.Globalization;
using System.Numerics;

namespace FastStream.Engine.Journal;

/// <summary>
/// Where a log's bytes lie: address to page, segment, file and offset. Fixed when the log is created.
/// </summary>
/// <param name="Name">journal, results, state.</param>
/// <param name="Directory">The folder of this log alone.</param>
/// <param name="PageBytes">Entries never cross a page; a power of two.</param>
/// <param name="SegmentBytes">Length of each file; a power of two, at least a page.</param>
internal sealed record LogGeometry(string Name, string Directory, int PageBytes, long SegmentBytes)
{
    /// <summary>FASTER's first address: nothing lies before it.</summary>
    internal const long FirstAddress = 64;

    /// <summary>FASTER writes each entry's length before it.</summary>
    internal const int LengthBytes = 4;

    /// <summary>What the smallest entry takes.</summary>
    internal const int LeastEntryBytes = LengthBytes + EntryHeader.SizeBytes;

    /// <summary>What the files lie in.</summary>
    internal FileSystem Files { get; init; } = FileSystem.OfMachine;

    private const int LeastPageBytes = 64 << 10;
    private const int MostPageBytes = 64 << 20;
    private const string SegmentPrefix = "log.";

    /// <summary>Longest payload: a quarter of a page, so that a page's unused end stays small.</summary>
    internal int MaxPayloadBytes => PageBytes / 4;

    internal string ManifestPath => Path.Combine(Directory, "manifest.json");

    internal string CommitsPath => Path.Combine(Directory, "commits");

    /// <summary>Bytes that an entry takes in the log.</summary>
    internal static int StoredBytes(int payloadBytes) => LengthBytes + Align(EntryHeader.SizeBytes + payloadBytes);

    /// <summary>FASTER keeps entries on 4-byte boundaries.</summary>
    internal static int Align(int bytes) => (bytes + 3) & ~3;

    internal static long AlignToBlock(long address) =>
        (address + DurableFile.BlockBytes - 1) & ~(long)(DurableFile.BlockBytes - 1);

    internal long PageOf(long address) => address / PageBytes;

    internal long PageStart(long address) => address & ~((long)PageBytes - 1);

    internal long PageEnd(long address) => PageStart(address) + PageBytes;

    internal int SegmentOf(long address) => checked((int)(address / SegmentBytes));

    internal long OffsetInSegment(long address) => address & (SegmentBytes - 1);

    internal string SegmentPath(int segment) =>
        Path.Combine(Directory, SegmentPrefix + segment.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where an entry appended at this tail begins: here, or on the next page when it does not fit.</summary>
    internal long StartOf(long tail, int storedBytes) =>
        tail + storedBytes <= PageEnd(tail) ? tail : PageEnd(tail);

    /// <summary>
    /// Payload of an entry that, appended at this tail, ends on a block boundary. At a page's end, where not even an
    /// empty entry fits, it is a whole first block of the next page.
    /// </summary>
    internal int PaddingPayloadBytes(long tail)
    {
        long start = StartOf(tail, LeastEntryBytes);
        long bytes = AlignToBlock(start + LeastEntryBytes) - start;
        return (int)bytes - LeastEntryBytes;
    }

    /// <summary>Numbers of the segment files that exist, rising.</summary>
    internal List<int> FindSegments()
    {
        List<int> segments = [];
        foreach (string name in Files.FilesIn(Directory))
        {
            if (name.StartsWith(SegmentPrefix, StringComparison.Ordinal)
                && int.TryParse(
                    name.AsSpan(SegmentPrefix.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out int segment))
            {
                segments.Add(segment);
            }
        }

        segments.Sort();
        return segments;
    }

    /// <summary>The exception for damage at an address.</summary>
    internal JournalDamagedException Damage(long address, string what) =>
        new(Name, SegmentPath(SegmentOf(address)), OffsetInSegment(address), what);

    /// <summary>Why these sizes cannot be a log's; null when they can.</summary>
    internal static string? Explain(long pageBytes, long segmentBytes)
    {
        if (pageBytes is < LeastPageBytes or > MostPageBytes || !BitOperations.IsPow2(pageBytes))
        {
            return $"page size {pageBytes} is not a power of two from {LeastPageBytes} to {MostPageBytes}";
        }

        return segmentBytes < pageBytes || !BitOperations.IsPow2(segmentBytes)
            ? $"segment size {segmentBytes} is not a power of two of at least the page size {pageBytes}"
            : null;
    }
}
