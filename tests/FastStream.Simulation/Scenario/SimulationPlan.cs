using System.Globalization;
using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.Protocol;
using FastStream.Simulation.Driving;

namespace FastStream.Simulation.Scenario;

/// <summary>
/// All that a seed decides before anything happens: streams and producers, how small everything is, which kinds of
/// disturbance there are at all, and the steps.
/// </summary>
internal sealed record SimulationPlan
{
    private const int KiB = 1 << 10;
    private const ulong LendingStream = 1UL << 62; // of its own: what else a seed decides does not depend on it

    public required ulong Seed { get; init; }

    public required StreamPlan[] Streams { get; init; }

    public required ProducerPlan[] Producers { get; init; }

    public required int[] PartitionCounts { get; init; }

    public required EngineSizes Sizes { get; init; }

    public required EngineLimits Limits { get; init; }

    public required int FrameRingSlots { get; init; }

    /// <summary>Whether connections run resting loops themselves, as threads that bring small frames do.</summary>
    public required bool LendsLoops { get; init; }

    public required SnapshotOptions Snapshots { get; init; }

    public required bool CutsJournal { get; init; }

    public required EntryLogSettings Journal { get; init; }

    public required EntryLogSettings Results { get; init; }

    public required EntryLogSettings State { get; init; }

    /// <summary>After a broken connection everything unanswered is sent again, not only what is missing.</summary>
    public required bool ResendsAll { get; init; }

    public required SimulationStep[] Steps { get; init; }

    /// <summary>The plan of a seed.</summary>
    public static SimulationPlan Of(ulong seed)
    {
        SimulationRandom random = new(seed);
        SimulationRandom lending = new(seed, LendingStream);
        StreamPlan[] streams = [.. Enumerable.Range(0, random.Of(1, 1, 2)).Select(i => StreamPlan.Draw(i, random))];
        ProducerPlan[] producers = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => new ProducerPlan(
            streams[i % streams.Length],
            string.Create(CultureInfo.InvariantCulture, $"p{i}"),
            random.Of(AckLevel.Durable, AckLevel.Durable, AckLevel.Durable, AckLevel.Written, AckLevel.Applied, AckLevel.None),
            random.Next(1, 9)))];
        return new SimulationPlan
        {
            Seed = seed,
            Streams = streams,
            Producers = producers,
            PartitionCounts = [.. Enumerable.Range(0, 3).Select(_ => random.Of(1, 1, 2, 2, 3, 5))],
            Sizes = new EngineSizes
            {
                InboxFrames = random.Of(2, 8, 64),
                SlicesPerPartition = random.Of(1, 2, 8),
                ResultEntries = random.Of(1, 2, 3),
                RowsPerSlice = random.Of(1, 3, 32),
                RetentionMarks = 16,
                FrameRecords = 128,
                WaitingAcks = random.Of(1, 4, 64),
                ChainedFrameBytes = lending.Of(0, 512, 1_024, 16 * KiB, 16 * KiB),
                SequencesLargerFrames = lending.OneIn(2),
            },
            Limits = new EngineLimits
            {
                MaxKeysPerStream = random.Of(3, 8, 1_000),
                MaxFrameBytes = 16 * KiB,
                MaxInFlightBytesPerSession = 16 * KiB,
                MaxInFlightBytes = random.Of(8, 16, 256) * 4 * KiB,
            },
            LendsLoops = lending.OneIn(2),
            FrameRingSlots = random.Of(2, 8, 32),
            Snapshots = new SnapshotOptions
            {
                EveryBytes = random.Of(8 * KiB, 64 * KiB, 1 << 30),
                Every = TimeSpan.FromSeconds(random.Of(5, 60, 100_000)),
                AtClose = random.OneIn(2),
            },
            CutsJournal = random.OneIn(4),
            Journal = Settings(64 * KiB, random.Of(1, 1, 2), random.Of(4, 8)),
            Results = Settings(64 * KiB, random.Of(1, 2), 4),
            State = Settings(256 * KiB, 1, 4),
            ResendsAll = random.OneIn(2),
            Steps = DrawSteps(random),
        };
    }

    private static EntryLogSettings Settings(int pageBytes, int segmentPages, int memoryPages) => new()
    {
        PageBytes = pageBytes,
        SegmentBytes = (long)segmentPages * pageBytes,
        MemoryBytes = (long)memoryPages * pageBytes,
    };

    // Each family of disturbances is off in about half of all seeds: one that is always there hides what happens without.
    private static SimulationStep[] DrawSteps(SimulationRandom random)
    {
        List<StepKind> bag = [];
        void Add(StepKind kind, int weight) => bag.AddRange(Enumerable.Repeat(kind, weight));
        void Perhaps(params ReadOnlySpan<(StepKind Kind, int Weight)> kinds)
        {
            bool isOn = random.OneIn(2);
            foreach ((StepKind kind, int weight) in kinds)
            {
                Add(kind, isOn ? weight : 0);
            }
        }

        Add(StepKind.Data, 24);
        Add(StepKind.PassTime, 6);
        Add(StepKind.Promise, 2);
        Perhaps((StepKind.Unreadable, 2));
        Perhaps((StepKind.Duplicate, 2), (StepKind.Reuse, 1), (StepKind.Gap, 1));
        Perhaps((StepKind.End, 1));
        Perhaps((StepKind.Cut, 4), (StepKind.NewEpoch, 1));
        Perhaps((StepKind.JumpClock, 1));
        Perhaps((StepKind.Advance, 1));
        Perhaps((StepKind.AddView, 1), (StepKind.DropView, 1));
        Perhaps((StepKind.Snapshot, 3));
        Perhaps((StepKind.FillDisk, 2), (StepKind.FreeDisk, 2));
        Perhaps((StepKind.FailOperation, 1));
        Perhaps((StepKind.DieInOperation, 2));
        Perhaps((StepKind.Kill, 2));
        Perhaps((StepKind.CutPower, 2));
        Perhaps((StepKind.Restart, 2));
        Perhaps((StepKind.Rot, 1));
        Perhaps((StepKind.Settle, 1));
        int count = random.Of(8, 16, 32, 48);
        return [.. Enumerable.Range(1, count).Select(number => new SimulationStep(number, bag[random.Next(bag.Count)]))];
    }
}
