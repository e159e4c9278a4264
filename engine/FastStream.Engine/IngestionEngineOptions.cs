using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.Engine.Results;
using Microsoft.Extensions.Logging;

namespace FastStream.Engine;

/// <summary>
/// How an engine runs. The defaults suit an embedded engine: under 64 MiB of log memory, one partition a two cores.
/// </summary>
public sealed record IngestionEngineOptions
{
    /// <summary>
    /// Folder of journal, results and state; created when it is not there. Required, unless the engine is ephemeral.
    /// </summary>
    public string DataDirectory { get; init; } = "";

    /// <summary>
    /// Keep nothing: no file is touched, state and results live in memory and end with the process; default false. Acks
    /// then mean no more than applied, there are no snapshots, and results are kept up to
    /// <see cref="EphemeralResultBytes"/> unless <see cref="Results"/> says otherwise.
    /// </summary>
    public bool Ephemeral { get; init; }

    /// <summary>
    /// Partitions, each a thread that owns a share of the keys: 1..64. 0 (the default) = half the cores, at least 1.
    /// May change at every start.
    /// </summary>
    public int Partitions { get; init; }

    /// <summary>Bounds on what producers may make the engine keep.</summary>
    public EngineLimits Limits { get; init; } = new();

    /// <summary>Memory and segments of the three logs.</summary>
    public LogOptions Logs { get; init; } = new();

    /// <summary>When the state is saved.</summary>
    public SnapshotOptions Snapshots { get; init; } = new();

    /// <summary>How much of the journal is kept; default all. Never cut beyond the second newest snapshot.</summary>
    public RetentionPolicy JournalRetention { get; init; } = RetentionPolicy.KeepAll;

    /// <summary>How many results are kept (default all), and how many may wait.</summary>
    public ResultsOptions Results { get; init; } = new();

    /// <summary>Whether a producer's first hello may create a stream; default true.</summary>
    public bool AllowNewStreams { get; init; } = true;

    /// <summary>
    /// Start on a file system that forgets (tmpfs)? Default false: then the start fails. With true nothing is called
    /// durable: such acks are given at the level written.
    /// </summary>
    public bool AllowVolatile { get; init; }

    /// <summary>Slots of the frame ring: frames between sequencing and the slowest partition; default 1,024.</summary>
    public int FrameRingSlots { get; init; } = 1_024;

    /// <summary>Pin partition threads to cores (Linux); default false. For servers that own the machine.</summary>
    public bool PinPartitions { get; init; }

    /// <summary>The clock behind arrival times; a test's own one, or the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where log lines go; default nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>
    /// Only for looking at a folder: nothing is journaled of its own accord, no snapshot is taken. Not for work.
    /// </summary>
    internal bool IsPassive { get; init; }

    /// <summary>For looking at the past: replay up to this journal address only. Passive engines only.</summary>
    internal long? ReplayUntil { get; init; }

    /// <summary>How much fits between the loops.</summary>
    internal EngineSizes Sizes { get; init; } = new();

    /// <summary>A pool to use after another engine; null: one of its own.</summary>
    internal BlockPool? Blocks { get; init; }

    /// <summary>Who runs the loops of this one engine; null: a thread for each.</summary>
    internal EngineDriver? Driver { get; init; }

    /// <summary>Is told how the opening goes; null when nobody looks.</summary>
    internal RecoveryProgress? Recovery { get; init; }

    /// <summary>Results that an ephemeral engine keeps when no retention is set: 64 MiB.</summary>
    public const long EphemeralResultBytes = 64L << 20;

    /// <summary>Faults in one line each, all of them; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        if (!Ephemeral && string.IsNullOrWhiteSpace(DataDirectory))
        {
            faults.Add($"{nameof(DataDirectory)} is empty: name the folder that holds the data");
        }

        if (Partitions is < 0 or > 64)
        {
            faults.Add($"{nameof(Partitions)} {Partitions} is outside 0..64 (0 = by cores)");
        }

        if (FrameRingSlots is < 64 or > 65_536)
        {
            faults.Add($"{nameof(FrameRingSlots)} {FrameRingSlots} is outside 64..65,536");
        }

        faults.AddRange(Limits.FindFaults().Select(f => $"{nameof(Limits)}.{f}"));
        faults.AddRange(Logs.FindFaults(Limits).Select(f => $"{nameof(Logs)}.{f}"));
        faults.AddRange(Snapshots.FindFaults().Select(f => $"{nameof(Snapshots)}.{f}"));
        faults.AddRange(JournalRetention.Validate(nameof(JournalRetention)));
        faults.AddRange(Results.Validate());
        return faults;
    }

    /// <summary>These options as an ephemeral engine takes them.</summary>
    internal IngestionEngineOptions ForMemory() => this with
    {
        Snapshots = new SnapshotOptions { EveryBytes = long.MaxValue, Every = TimeSpan.FromDays(366), AtClose = false },
        JournalRetention = RetentionPolicy.KeepAll,
        Results = Results.Retention == RetentionPolicy.KeepAll
            ? Results with { Retention = new RetentionPolicy { MaxBytes = EphemeralResultBytes } }
            : Results,
    };

    internal int PartitionCount => Partitions > 0 ? Partitions : Math.Clamp(Environment.ProcessorCount / 2, 1, 64);
}
