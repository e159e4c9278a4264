namespace FastStream.Simulation.Scenario;

/// <summary>What may happen in a step of a history.</summary>
internal enum StepKind
{
    /// <summary>A producer has data frames to send.</summary>
    Data,

    /// <summary>A producer sends a frame that cannot be read.</summary>
    Unreadable,

    /// <summary>A producer promises a time.</summary>
    Promise,

    /// <summary>A producer's source ends.</summary>
    End,

    /// <summary>A frame comes again that was acked long ago.</summary>
    Duplicate,

    /// <summary>Another frame comes under a number that was acked.</summary>
    Reuse,

    /// <summary>A frame comes whose number lies too far ahead.</summary>
    Gap,

    /// <summary>A connection breaks with whatever is on its way.</summary>
    Cut,

    /// <summary>A producer takes over with a new epoch.</summary>
    NewEpoch,

    /// <summary>Time passes.</summary>
    PassTime,

    /// <summary>Somebody sets the wall clock.</summary>
    JumpClock,

    /// <summary>An operator moves the watermark.</summary>
    Advance,

    /// <summary>An operator adds a view.</summary>
    AddView,

    /// <summary>An operator drops a view.</summary>
    DropView,

    /// <summary>An operator asks for a snapshot.</summary>
    Snapshot,

    /// <summary>The disk has no room for another segment.</summary>
    FillDisk,

    /// <summary>There is room again.</summary>
    FreeDisk,

    /// <summary>One of the next writes or flushes fails.</summary>
    FailOperation,

    /// <summary>The process dies in one of the next operations on the disk.</summary>
    DieInOperation,

    /// <summary>The process dies now.</summary>
    Kill,

    /// <summary>The power goes.</summary>
    CutPower,

    /// <summary>The engine is closed in order and opened again.</summary>
    Restart,

    /// <summary>A bit of a file changes while the process is dead.</summary>
    Rot,

    /// <summary>Everything comes to rest, and state and results are compared with the model's.</summary>
    Settle,
}
