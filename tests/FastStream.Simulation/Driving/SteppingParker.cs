using FastStream.Engine.Memory;

namespace FastStream.Simulation.Driving;

/// <summary>Where a loop waits in the midst of a step: the others go on meanwhile, on the same thread.</summary>
internal sealed class SteppingParker(SteppingDriver driver) : Parker
{
    /// <inheritdoc/>
    internal override bool WaitUntil(Func<bool> ready, int timeoutMs = Timeout.Infinite, bool mayLend = false) =>
        driver.WaitUntil(ready, timeoutMs);
}
