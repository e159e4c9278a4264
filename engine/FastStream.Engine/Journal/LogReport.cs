namespace FastStream.Engine.Journal;

/// <summary>What a verification found in one log.</summary>
/// <param name="Name">The log.</param>
/// <param name="BeginAddress">First address kept.</param>
/// <param name="CommittedUntil">The newest valid commit.</param>
/// <param name="TailAddress">End of the last sound entry.</param>
/// <param name="EntryCount">Sound entries, padding included.</param>
/// <param name="RolledForwardCount">Sound entries after the newest commit.</param>
/// <param name="Damages">Every place found damaged, in order; empty when the log is sound.</param>
internal sealed record LogReport(
    string Name,
    long BeginAddress,
    long CommittedUntil,
    long TailAddress,
    long EntryCount,
    long RolledForwardCount,
    IReadOnlyList<LogDamage> Damages)
{
    internal bool IsSound => Damages.Count == 0;
}
