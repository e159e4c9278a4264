using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Snapshots;

namespace FastStream.Engine;

/// <summary>
/// The seventh state machine, from its open logs on: loads the newest snapshot, starts partitions and delivery, and
/// replays the journal through them by the same code that took the frames when they came.
/// </summary>
/// <remarks>
/// Owner: the opening thread. What it throws is the reason why the engine does not start.
/// Invariants: of state log and journal everything from the newest snapshot on is read once and must be sound, up to
/// the end that recovery found; what lies before the snapshot is not read. The journal begins its new life last: a
/// start that is refused leaves it as it was.
/// </remarks>
internal sealed class EngineRecovery(EngineCore core, EntryApplier applier)
{
    private readonly IngestionEngineOptions _options = core.Options;
    private readonly IEntryLog _journal = core.Logs.Journal;

    /// <summary>
    /// Returns the snapshots that are kept, oldest first, when all that was replayed has been applied.
    /// </summary>
    public List<SnapshotInfo> Run()
    {
        long until = Math.Min(_options.ReplayUntil ?? long.MaxValue, _journal.TailAddress);
        List<SnapshotInfo> snapshots = SnapshotLoader.Find(core.Logs.State);
        ulong newestId = snapshots.Count > 0 ? snapshots[^1].Id : 0;
        snapshots.RemoveAll(s => s.EndAddress > until && _options.ReplayUntil is not null);
        long from = Load(snapshots, newestId, out long resultsFrom);
        core.Results.Open(resultsFrom);
        foreach (PartitionLoop partition in core.Partitions)
        {
            partition.State.AppliedAddress = from;
            core.Driver.Start(partition);
        }

        core.Driver.Start(core.Delivery);
        _options.Recovery?.Begin(core.Replay, from, until);
        core.Replay.Run(_journal, snapshots.Count > 0 ? snapshots[^1] : null, until);
        applier.PublishMark(until);
        CompleteReplay(until);
        BeginLogs();
        core.Counters.AddSet("recovery").Add(EngineCounter.FramesRecovered, core.Replay.FrameCount);
        return snapshots.Count <= 2 ? snapshots : snapshots[^2..];
    }

    // Where the replay begins: behind the newest snapshot, or at the journal's beginning.
    private long Load(List<SnapshotInfo> snapshots, ulong newestId, out long resultsFrom)
    {
        long begin = _journal.BeginAddress;
        resultsFrom = begin;
        if (snapshots.Count == 0)
        {
            if (newestId == 0)
            {
                SnapshotLoader.Check(core.Logs.State);
            }

            return begin;
        }

        SnapshotInfo newest = snapshots[^1];
        CheckReaches(newest);
        SnapshotLoader.Load(newest, newestId, core.Logs.State, core.State, [.. core.Partitions.Select(p => p.State)]);
        resultsFrom = newest.Address;
        foreach (StreamState stream in core.State.Streams)
        {
            applier.RegisterViews(stream);
        }

        return newest.EndAddress;
    }

    private void CheckReaches(SnapshotInfo snapshot)
    {
        if (snapshot.EndAddress > _journal.TailAddress || snapshot.Address < _journal.BeginAddress)
        {
            throw new InvalidDataException(
                $"Snapshot {snapshot.Id} stands on journal address {snapshot.Address}, but the journal holds "
                + $"{_journal.BeginAddress}..{_journal.TailAddress}: the journal was cut or replaced.");
        }
    }

    // A digest appends nothing, so its folder stays as it is.
    private void BeginLogs()
    {
        if (!_options.IsPassive)
        {
            core.Logs.Results.Begin();
            core.Logs.State.Begin();
            _journal.Begin();
            applier.PublishMark(_journal.TailAddress);
        }
    }

    // Replayed frames must be applied, and their results compared, before anything new may be said.
    private void CompleteReplay(long until)
    {
        Task completed = core.Delivery.CompleteReplayAt(until, isPartial: _options.ReplayUntil is not null);
        core.Driver.WhenAny(completed, core.Faulted).GetAwaiter().GetResult();
        if (core.Fault is not null)
        {
            throw new InvalidDataException($"The replay failed: {core.Fault.Message}", core.Fault);
        }
    }
}
