#if PLANTED_FAULTS
namespace FastStream.Engine;

/// <summary>
/// Faults that may be planted into the engine to see that its proofs notice them. This file and every use of it exist
/// only in the build configuration <c>Planted</c>; a release has neither.
/// </summary>
internal static class PlantedFaults
{
    /// <summary>The environment variable that plants a fault in a whole process: its name in kebab case.</summary>
    public const string Variable = "FASTSTREAM_PLANTED_FAULT";

    /// <summary>The fault of this process, or null. Set it before an engine is opened.</summary>
    public static PlantedFault? Chosen { get; set; } = Read(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Whether this fault is planted.</summary>
    public static bool Is(PlantedFault fault) => Chosen == fault;

    /// <summary>The fault of a name such as <c>ack-before-flush</c>; null for no name.</summary>
    public static PlantedFault? Read(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        string plain = name.Replace("-", "", StringComparison.Ordinal);
        return Enum.TryParse(plain, ignoreCase: true, out PlantedFault fault)
            ? fault
            : throw new ArgumentException($"There is no planted fault '{name}'.", nameof(name));
    }
}

/// <summary>What can be planted; each is a mistake that systems of this kind were found with.</summary>
internal enum PlantedFault
{
    /// <summary>A durable ack leaves when the write has returned, before the flush.</summary>
    AckBeforeFlush,

    /// <summary>A frame with any higher sequence is taken, so that a refused one before it is lost.</summary>
    AcceptHigherSequence,

    /// <summary>Recovery cuts the log at the first bad entry, wherever it stands.</summary>
    CutAtFirstBadEntry,

    /// <summary>A flush that failed counts as one that succeeded.</summary>
    IgnoreFailedFlush,

    /// <summary>A snapshot counts before the journal is durable up to it.</summary>
    SnapshotAheadOfJournal,

    /// <summary>A result leaves before the journal is durable up to its cause.</summary>
    ResultAheadOfJournal,

    /// <summary>A file is created and counted on without a flush of its directory.</summary>
    CommitWithoutDirectoryFlush,

    /// <summary>A late record stands in its counter twice.</summary>
    LateCountedTwice,

    /// <summary>A partition passes over a frame.</summary>
    SkipFrame,

    /// <summary>A loop that went back to its owner for a wait is given back again at the chain's end.</summary>
    LoopGivenBackTwice,

    /// <summary>Who gives a loop back does not look whether there is work for it.</summary>
    LoopGivenBackUnseen,

    /// <summary>A signaller reads whether somebody rests before its work is visible.</summary>
    SignalUnfenced,

    /// <summary>
    /// Flushes begin late. No mistake, but a wide moment between written and durable: what a power cut must take.
    /// </summary>
    SlowFlush,
}
#endif
