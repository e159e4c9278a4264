using FASTER.core;

namespace FastStream.Engine.Journal;

/// <summary>How FASTER is set up for every log; the reasons stand in DECISIONS.md and DURABILITY.md.</summary>
internal static class FasterSettings
{
    internal static FasterLogSettings For(
        LogGeometry geometry, DurableDevice device, CommitSlots slots, long memoryBytes) => new()
        {
            LogDevice = device,
            LogCommitManager = slots,
            PageSize = geometry.PageBytes,
            MemorySize = memoryBytes,
            SegmentSize = geometry.SegmentBytes,
            TryRecoverLatest = false, // FASTER would swallow what goes wrong and open an empty log
            FastCommitMode = false,
            AutoCommit = false,
            AutoRefreshSafeTailAddress = false,
            MutableFraction = 0,
            TolerateDeviceFailure = false,
            LogChecksum = LogChecksumType.None, // an XOR; every entry carries CRC32C instead
        };
}
