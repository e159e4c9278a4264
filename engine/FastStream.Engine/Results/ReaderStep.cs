namespace FastStream.Engine.Results;

/// <summary>What the reader of a subscription does when its channel was empty a moment ago.</summary>
internal enum ReaderStep
{
    /// <summary>It is live: more will be put into the channel.</summary>
    WaitForMore,

    /// <summary>It fell behind just now: first what lies in the channel.</summary>
    TakeWaiting,

    /// <summary>It is behind: the log has what it missed.</summary>
    ReadLog,
}
