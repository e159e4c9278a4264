using System.Globalization;
using System.Runtime.CompilerServices;
using FastStream.Engine.Journal;
using FastStream.Engine.Partitions;

namespace FastStream.Engine;

/// <summary>
/// The memory that an engine may take by its options, addend by addend, so that whoever sets them sees what they cost.
/// What records fill comes on top: open windows (about 72 bytes a cell) and the names of keys, which have limits.
/// </summary>
internal sealed class MemoryPlan
{
    // A slice is full at so many bytes of states (of a view over all keys); slices of rows are far smaller.
    private const int MaxSliceBytes = 256 << 10;

    // A slot's own fields beside its outcomes.
    private const int SlotBytes = 256;

    private MemoryPlan(IReadOnlyList<(string Name, long Bytes)> parts)
    {
        Parts = parts;
        TotalBytes = parts.Sum(part => part.Bytes);
    }

    public IReadOnlyList<(string Name, long Bytes)> Parts { get; }

    public long TotalBytes { get; }

    public static MemoryPlan Of(IngestionEngineOptions options)
    {
        DataFolderSettings folder = options.Logs.ToSettings(options.AllowVolatile);
        long slots = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)options.FrameRingSlots);
        long slices = (long)options.PartitionCount * options.Sizes.SlicesPerPartition;
        return new MemoryPlan(
        [
            ("journal", options.Ephemeral ? 0 : folder.Journal.MemoryBytes),
            ("results", options.Ephemeral ? options.Results.Retention.MaxBytes ?? 0 : folder.Results.MemoryBytes),
            ("state", options.Ephemeral ? 0 : folder.State.MemoryBytes),
            ("frames in flight", options.Limits.MaxInFlightBytes),
            ("closed windows under way", slices * MaxSliceBytes),
            ("frame ring", slots * (SlotBytes + ((long)options.PartitionCount * Unsafe.SizeOf<FrameOutcome>()))),
        ]);
    }

    /// <summary>One line with the sum and its addends.</summary>
    public static string Describe(IngestionEngineOptions options)
    {
        MemoryPlan plan = Of(options);
        IEnumerable<string> parts = plan.Parts.Select(part => $"{part.Name} {MiB(part.Bytes)}");
        return $"Memory by the options at most {MiB(plan.TotalBytes)} MiB, in MiB: {string.Join(", ", parts)}; open "
            + "windows and key names come on top.";
    }

    private static string MiB(long bytes) => (bytes / 1_048_576.0).ToString("0.#", CultureInfo.InvariantCulture);
}
