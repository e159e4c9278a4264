using System.Diagnostics.CodeAnalysis;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// How many answers are made at once, over all connections: half the cores. Pumps run on the same thread pool, and a
/// burst of questions must not stand before the frames of a producer.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "nobody asks for the semaphore's handle: nothing to free")]
internal sealed class QuestionSlots
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Waits for a slot, in the order of coming.</summary>
    public Task EnterAsync(CancellationToken stop = default) => _free.WaitAsync(stop);

    /// <summary>Gives the slot to the next one.</summary>
    public void Leave() => _free.Release();

    /// <summary>Leaves while something is awaited that is not work, such as a reader who takes time.</summary>
    public async Task StepAsideAsync(Task other)
    {
        Leave();
        try
        {
            await other.ConfigureAwait(false);
        }
        finally
        {
            await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
