namespace FastStream.Engine.Journal;

/// <summary>What recovery found: a sound log up to an address.</summary>
/// <param name="Commit">The newest valid commit.</param>
/// <param name="CommitSlot">Where it lies.</param>
/// <param name="TailAddress">End of the last sound entry, at or after the commit's address.</param>
/// <param name="EntrySequence">Sequence of the last sound entry.</param>
/// <param name="Incarnation">Incarnation of the last sound entry.</param>
/// <param name="EntryCount">Sound entries in all, padding included.</param>
/// <param name="RolledForwardCount">Of these, how many lie after the commit.</param>
internal sealed record RecoveredLog(
    CommitRecord Commit,
    int CommitSlot,
    long TailAddress,
    ulong EntrySequence,
    ulong Incarnation,
    long EntryCount,
    long RolledForwardCount);
