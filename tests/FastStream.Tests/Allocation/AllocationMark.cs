using FastStream.Engine;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;

namespace FastStream.Tests.Allocation;

/// <summary>What each data thread of an engine, and the whole process, had allocated at one moment.</summary>
/// <remarks>
/// Each thread is asked on that thread. The answers are taken without a task or a lock, so that asking allocates
/// nothing there and the difference of two marks is what lay between them.
/// </remarks>
internal sealed class AllocationMark : IPartitionTask
{
    private readonly long[] _partitions;
    private long _sequencer;
    private long _delivery;
    private int _waiting;

    private AllocationMark(int partitionCount)
    {
        _partitions = new long[partitionCount];
        _waiting = partitionCount + 2;
    }

    /// <summary>The thread that gives frames their order and journals them.</summary>
    public long Sequencer => _sequencer;

    /// <summary>All partition threads together.</summary>
    public long Partitions => _partitions.Sum();

    /// <summary>The thread of acks and results.</summary>
    public long Delivery => _delivery;

    /// <summary>Everything, whoever it was; the marks themselves included.</summary>
    public long Process { get; private set; }

    /// <summary>Asks every thread and waits for the answers.</summary>
    public static AllocationMark Take(EngineCore core)
    {
        AllocationMark mark = new(core.Partitions.Length);
        core.Sequencer.Post(new AskCommand(mark));
        core.Sequencer.Post(new CallCommand(mark.AskSequencer));
        core.VisitResultsAsync(mark.AskDelivery);
        Until(() => Volatile.Read(ref mark._waiting) == 0); // partner: Answered
        mark.Process = GC.GetTotalAllocatedBytes(precise: true);
        return mark;
    }

    /// <summary>Waits on this thread, without allocating more than the condition did.</summary>
    public static void Until(Func<bool> condition)
    {
        long deadline = Environment.TickCount64 + 60_000;
        SpinWait spin = default;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "Not within a minute.");
            spin.SpinOnce();
        }
    }

    /// <inheritdoc/>
    public void Run(PartitionState partition)
    {
        _partitions[partition.Index] = GC.GetAllocatedBytesForCurrentThread();
        Answered();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"sequencer {Sequencer}, partitions {string.Join('+', _partitions)}, delivery {Delivery}, process {Process}";

    /// <summary>What was allocated since an earlier mark.</summary>
    public AllocationMark Since(AllocationMark earlier)
    {
        AllocationMark difference = new(_partitions.Length)
        {
            _sequencer = _sequencer - earlier._sequencer,
            _delivery = _delivery - earlier._delivery,
            Process = Process - earlier.Process,
        };
        for (int p = 0; p < _partitions.Length; p++)
        {
            difference._partitions[p] = _partitions[p] - earlier._partitions[p];
        }

        return difference;
    }

    private void AskSequencer()
    {
        _sequencer = GC.GetAllocatedBytesForCurrentThread();
        Answered();
    }

    private void AskDelivery(ResultsStage results)
    {
        _delivery = GC.GetAllocatedBytesForCurrentThread();
        Answered();
    }

    private void Answered() => Interlocked.Decrement(ref _waiting); // partner: Take
}
