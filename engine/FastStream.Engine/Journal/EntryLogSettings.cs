namespace FastStream.Engine.Journal;

/// <summary>Sizes of one log. Page and segment size count when the log is created; later the stored ones do.</summary>
internal sealed record EntryLogSettings
{
    private const int MiB = 1 << 20;
    private const int LeastPageCount = 4;

    /// <summary>Entries never cross a page, and may be a quarter of one. Default 4 MiB.</summary>
    internal int PageBytes { get; init; } = 4 * MiB;

    /// <summary>Memory for pages that are being filled and written. Default 64 MiB.</summary>
    internal long MemoryBytes { get; init; } = 64 * MiB;

    /// <summary>Length of a file; retention frees whole ones. Default 256 MiB.</summary>
    internal long SegmentBytes { get; init; } = 256 * MiB;

    /// <summary>The journal of a server.</summary>
    internal static EntryLogSettings Journal => new();

    /// <summary>Results and state: less traffic, less memory.</summary>
    internal static EntryLogSettings Small =>
        new() { PageBytes = MiB, MemoryBytes = 4 * MiB, SegmentBytes = 64 * MiB };

    /// <summary>The journal of an embedded engine: frames up to 256 KiB.</summary>
    internal static EntryLogSettings Embedded =>
        new() { PageBytes = MiB, MemoryBytes = 16 * MiB, SegmentBytes = 64 * MiB };

    /// <summary>All faults of these settings, none when they are sound.</summary>
    internal IEnumerable<string> Validate()
    {
        if (LogGeometry.Explain(PageBytes, SegmentBytes) is string fault)
        {
            yield return fault;
        }

        if (MemoryBytes < (long)LeastPageCount * PageBytes || !System.Numerics.BitOperations.IsPow2(MemoryBytes))
        {
            yield return $"memory {MemoryBytes} is not a power of two of at least {LeastPageCount} pages";
        }
    }
}
