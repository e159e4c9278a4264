using FastStream.Engine.Journal;
using FastStream.Engine.Snapshots;

namespace FastStream.Engine.Repair;

/// <summary>
/// Where the state of a repaired folder comes from: a snapshot, or the journal's start. Chosen so that as little as
/// possible is lost: a snapshot holds what stood in the holes before it.
/// </summary>
/// <param name="Snapshot">The snapshot; null: the journal's start.</param>
/// <param name="JournalBegin">Where the copy of the journal begins.</param>
/// <param name="Kept">Snapshots that the copy has.</param>
internal sealed record RepairBase(SnapshotInfo? Snapshot, long JournalBegin, IReadOnlyList<SnapshotInfo> Kept)
{
    /// <summary>The state is the one before this journal address.</summary>
    internal long Address => Snapshot?.Address ?? 0;

    /// <summary>A replay begins here.</summary>
    internal long EndAddress => Snapshot?.EndAddress ?? 0;

    /// <param name="begin">The journal's beginning.</param>
    /// <param name="snapshots">Sound snapshots, oldest first.</param>
    /// <param name="snapshotEntries">Journal addresses of sound snapshot entries.</param>
    /// <param name="holes">Holes of the journal.</param>
    /// <param name="lostResults">For each hole of the results log, the newest cause before it.</param>
    internal static RepairBase? Choose(
        long begin,
        IReadOnlyList<SnapshotInfo> snapshots,
        IReadOnlySet<long> snapshotEntries,
        IReadOnlyList<LogHole> holes,
        IReadOnlyList<long> lostResults)
    {
        List<SnapshotInfo?> candidates = [.. snapshots.Where(s => snapshotEntries.Contains(s.Address))];
        if (begin == LogGeometry.FirstAddress)
        {
            candidates.Insert(0, null);
        }

        if (candidates.Count == 0)
        {
            return null;
        }

        SnapshotInfo? chosen = candidates.MinBy(candidate =>
        {
            long address = candidate?.Address ?? 0;
            return (
                holes.Count(hole => IsLoss(hole) && hole.From >= address),
                lostResults.Count(cause => cause < address),
                -address);
        });
        if (chosen is not SnapshotInfo snapshot)
        {
            return new RepairBase(null, begin, []);
        }

        long lastCovered = holes.Where(hole => IsLoss(hole) && hole.From < snapshot.Address)
            .Select(hole => hole.Until)
            .DefaultIfEmpty(0)
            .Max();
        List<SnapshotInfo> kept =
        [
            .. candidates.OfType<SnapshotInfo>().Where(s => s.Address >= lastCovered && s.Address <= snapshot.Address),
        ];
        return new RepairBase(snapshot, lastCovered > 0 ? kept[0].Address : begin, kept);
    }

    /// <summary>Padding and the starts of lives have nothing to lose.</summary>
    internal static bool IsLoss(LogHole hole) => hole.Header is EntryHeader known
        ? known.Kind is not (EntryKind.Padding or EntryKind.IncarnationStarted)
        : hole.EntryCount > 0;
}
