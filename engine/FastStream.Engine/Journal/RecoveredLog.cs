namespace FastStream.Engine.Journal;

/// <summary>
/// What recovery found: where a log ends. What lies below the commit is checked by whoever reads it.
/// </summary>
/// <param name="Commit">The newest valid commit.</param>
/// <param name="CommitSlot">Where it lies.</param>
/// <param name="TailAddress">End of the last sound entry, at or after the commit's address.</param>
/// <param name="EntrySequence">Sequence of the last sound entry.</param>
/// <param name="Incarnation">Incarnation of the last sound entry.</param>
/// <param name="RolledForwardCount">Sound entries after the commit, padding included.</param>
internal sealed record RecoveredLog(
    CommitRecord Commit,
    int CommitSlot,
    long TailAddress,
    ulong EntrySequence,
    ulong Incarnation,
    long RolledForwardCount);
