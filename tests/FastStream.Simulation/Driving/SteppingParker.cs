using FastStream.Engine.Loops;
using FastStream.Engine.Memory;

namespace FastStream.Simulation.Driving;

/// <summary>Where a loop waits in the midst of a step: the others go on meanwhile, on the same thread.</summary>
/// <remarks>
/// Where loops are lent the states are those of the product's parker, and what sleeps there is not stepped here: an
/// owner whose loop is lent, a borrowed step that waits. A rest returns at once and leaves its announcement; the next
/// step takes it back, as a time-out does.
/// </remarks>
internal sealed class SteppingParker(SteppingDriver driver) : Parker
{
    private bool _isBetweenSteps;
    private bool _isAtRest;
    private Func<bool> _restsFor = () => false;

    /// <summary>
    /// What is wrong while no loop is in the midst of a step; null when all is well. Lent: a borrower has kept it.
    /// Announced though its owner works: given back once too often, so that a second one may step it. Work for one that
    /// rests and was not signalled: a wake-up was lost.
    /// </summary>
    public string? FindFault() =>
        !IsParked ? null
        : IsLent ? "is lent and nobody steps it"
        : !_isAtRest ? "is at work and can be borrowed"
        : _restsFor() ? "rests, has work, and nobody has woken it"
        : null;

    /// <summary>Before a step of the owner's.</summary>
    public void Wake()
    {
        Cancel();
        _isAtRest = false;
    }

    /// <summary>After an idle step: as the loop's own thread does.</summary>
    public void Rest(IEngineLoop loop)
    {
        _isBetweenSteps = true;
        loop.Rest();
        _isBetweenSteps = false;
    }

    /// <inheritdoc/>
    internal override bool WaitUntil(Func<bool> ready, int timeoutMs = Timeout.Infinite, bool mayLend = false)
    {
        if (!driver.LendsLoops)
        {
            return driver.WaitUntil(ready, timeoutMs);
        }

        if (IsLent && !_isBetweenSteps)
        {
            driver.BorrowedStepWaits();
            BorrowerWaits?.Invoke();
            return driver.WaitUntil(ready, timeoutMs);
        }

        _restsFor = ready;
        Announce(mayLend);
        bool isReady = ready();
        if (!isReady && _isBetweenSteps)
        {
            _isAtRest = true;
            return false;
        }

        isReady = isReady || driver.WaitUntil(ready, timeoutMs);
        Cancel();
        return isReady;
    }
}
