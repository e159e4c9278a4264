using FastStream.Engine.Partitions;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// A question to all partitions at one place of the stream. Each answers for its own keys; the last one completes it.
/// A question that throws fails for its asker and changes nothing else.
/// </summary>
internal abstract class PartitionQuestion(int partitionCount) : IPartitionTask
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = partitionCount;

    /// <summary>Completes when every partition has answered; their answers are visible then.</summary>
    public Task Completed => _completed.Task;

    /// <inheritdoc/>
    public void Run(PartitionState partition)
    {
        try
        {
            Answer(partition);
        }
#pragma warning disable CA1031 // Reading must not stop the work: whatever it met goes to whoever asked.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _completed.TrySetException(fault);
        }

        // A full fence: the answers are written before the count says so (partner: the awaiting side).
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _completed.TrySetResult();
        }
    }

    /// <summary>
    /// Runs on each partition's thread; several may run at once, so answers go to places of their own.
    /// </summary>
    protected abstract void Answer(PartitionState partition);
}
