namespace FastStream.Engine.Loops;

/// <summary>What came of one step of a loop.</summary>
internal enum LoopStep
{
    /// <summary>Something was done: step again.</summary>
    Worked,

    /// <summary>There was nothing to do: rest before the next step.</summary>
    Idle,

    /// <summary>The loop is over and must not be stepped any more.</summary>
    Ended,
}
