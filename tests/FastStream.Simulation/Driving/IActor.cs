namespace FastStream.Simulation.Driving;

/// <summary>Something beside the engine's loops that goes on by itself: a disk at work, a network.</summary>
internal interface IActor
{
    /// <summary>Does one thing if there is one to do.</summary>
    bool Step();
}
