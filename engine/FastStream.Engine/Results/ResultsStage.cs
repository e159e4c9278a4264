using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Results;

/// <summary>
/// The results part of the engine: joins the partitions' closed windows, keeps them in the results log, indexes them
/// and lets them out. See <see cref="ResultMerger"/>, <see cref="ResultsLogWriter"/>, <see cref="ResultsIndex"/> and
/// <see cref="ResultsGate"/>.
/// </summary>
/// <remarks>
/// Owner: the results thread, but for <see cref="Index"/>, <see cref="Gate"/> and <see cref="Catalog"/>, which any
/// thread may use. Life: construct, <see cref="Open"/>, turns with replayed slices, <see cref="TryCompleteReplay"/>,
/// turns, dispose.
/// Rule for snapshots: one at journal address A may count only when <see cref="DurableBelow"/> is above A, so that a
/// replay from A has no result to give again that is not in the log.
/// </remarks>
internal sealed class ResultsStage : IResultEntryListener, IDisposable
{
    private readonly IEntryLog _log;
    private readonly ResultsOptions _options;
    private readonly CounterSet _counters;
    private readonly ResultMerger _merger;
    private readonly ResultsLogWriter _writer;
    private readonly RetentionMarks _marks;
    private long _lastLeftAddress = -1;

    /// <param name="log">The results log, opened.</param>
    /// <param name="partitionCount">How many partitions emit.</param>
    /// <param name="options">Limits and retention.</param>
    /// <param name="counters">The results thread's counters.</param>
    /// <param name="time">The clock of slow subscribers.</param>
    /// <param name="giveBack">Gets each slice back, with its partition, on the results thread.</param>
    /// <param name="sizes">How much may wait; what is usual when left out.</param>
    internal ResultsStage(
        IEntryLog log,
        int partitionCount,
        ResultsOptions options,
        CounterSet counters,
        TimeProvider time,
        Action<int, ResultSlice> giveBack,
        EngineSizes? sizes = null)
    {
        sizes ??= new EngineSizes();
        _marks = new RetentionMarks(sizes.RetentionMarks);
        _log = log;
        _options = options;
        _counters = counters;
        _merger = new ResultMerger(partitionCount, Catalog, giveBack);
        _writer = new ResultsLogWriter(log, this, sizes.ResultEntries);
        Gate = new ResultsGate(log, counters, time);
    }

    /// <summary>The views; set each before its first slice, also in replay.</summary>
    internal ResultsCatalog Catalog { get; } = new();

    internal ResultsIndex Index { get; } = new();

    internal ResultsGate Gate { get; }

    /// <summary>Set once; results have stopped then and the engine is faulted.</summary>
    internal ResultsFault? Fault => _writer.Fault;

    /// <summary>Every close caused below this address has been cut into entries.</summary>
    internal long MergedBelow => _merger.MergedBelow;

    /// <summary>Every close caused below this journal address is durable in the results log and has left.</summary>
    internal long DurableBelow => Math.Min(_merger.MergedBelow, _writer.OldestCause);

    /// <summary>The disk has no room for results; each turn tries again.</summary>
    internal bool IsDiskFull => _writer.IsDiskFull;

    /// <summary>Entries on their way.</summary>
    internal int PendingEntryCount => _writer.PendingCount;

    /// <summary>Whether a turn may take results on: slices wait here, or entries are on their way.</summary>
    internal bool IsHolding => _merger.IsHolding || _writer.PendingCount > 0;

    /// <summary>Entries that the replay gave again, equal in every byte.</summary>
    internal long ComparedCount => _writer.ComparedCount;

    /// <summary>
    /// Reads the log, builds the index and prepares the comparison with the replay that starts at a journal address
    /// (the end of the snapshot's entry, or 0).
    /// </summary>
    /// <exception cref="JournalDamagedException">The log is not sound.</exception>
    internal void Open(long replayFromAddress)
    {
        ResultsScan scan = Index.Rebuild(_log, replayFromAddress, _marks);
        Gate.SetReleased(_log.TailAddress);
        _writer.BeginReplay(new ReplayComparer(_log, scan.CompareFromAddress, scan.IsCutAtBegin));
    }

    /// <summary>Whether a partition may add a slice now.</summary>
    internal bool HasRoom(int partition) => _merger.WaitingCount(partition) < _options.MaxWaitingSlices;

    /// <summary>Takes a slice over. Ask <see cref="HasRoom"/> first.</summary>
    internal void Add(int partition, ResultSlice slice) => _merger.Add(partition, slice);

    /// <summary>What <c>StreamPartition.EmittedThrough</c> says; add the slices emitted before it first.</summary>
    internal void SetEmittedBelow(int partition, long address) => _merger.SetEmittedBelow(partition, address);

    /// <summary>Moves everything on as far as it may go. True if anything moved: turn again before resting.</summary>
    internal bool Turn(long journalDurableAddress, long nowNs)
    {
        if (Fault is not null)
        {
            return false;
        }

        bool moved = _merger.Pump(_writer);
        return _writer.Turn(journalDurableAddress, nowNs) || moved;
    }

    /// <summary>
    /// The journal was replayed to its end: true once everything up to there has been compared or appended. Turn
    /// until then. A rest in the log is a fault, unless the replay was only a part of the journal. Where the disk has
    /// no room for what must be appended, the log has given all it had to the comparison: the engine may start, and
    /// the rest follows when space returns.
    /// </summary>
    internal bool TryCompleteReplay(long journalEndAddress, bool isPartial = false)
    {
        if (Fault is not null)
        {
            return true;
        }

        if ((_merger.MergedBelow < journalEndAddress || _writer.PendingCount > 0) && !IsDiskFull)
        {
            return false;
        }

        _counters.Add(EngineCounter.ResultEntriesCompared, _writer.ComparedCount);
        _writer.CompleteReplay(isPartial);
        return true;
    }

    /// <summary>About each second: retention, and subscribers that stand still.</summary>
    internal void DoHousekeeping(long nowNs)
    {
        Gate.CutSlow();
        long cut = _marks.TakeCut(_options.Retention, _log.TailAddress, nowNs, _lastLeftAddress);
        if (cut > _log.BeginAddress)
        {
            Index.DropBefore(cut);
            _log.TruncateBefore(cut);
            _log.RequestCommit();
        }
    }

    /// <summary>
    /// For a query that wants what was applied: rows that have left the partitions and are not in the index. Run it
    /// on the results thread, after the partitions were asked. Entries hold merged rows; slices are raw, and their
    /// first rows (the number given) lie in an entry already.
    /// </summary>
    internal void VisitPending(
        uint streamId, uint viewId, Action<ResultEntry> visitEntry, Action<ResultSlice, int> visitSlice)
    {
        _writer.Visit(streamId, viewId, visitEntry);
        _merger.Visit(streamId, viewId, visitSlice);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Gate.Close(Fault?.Message);
        _writer.Dispose();
        _merger.Dispose();
    }

    void IResultEntryListener.OnBuilt(ResultEntry entry) => Gate.Offer(entry, ResultLevel.Applied);

    void IResultEntryListener.OnAppended(ResultEntry entry, int bytes)
    {
        _marks.Note(entry.Address, entry.WrittenNs);
        _counters.Add(EngineCounter.WindowsClosed, entry.IsLast ? 1 : 0);
        _counters.Add(EngineCounter.ResultEntriesAppended, 1);
        _counters.Add(EngineCounter.ResultRowsAppended, entry.RowCount);
        _counters.Add(EngineCounter.ResultBytesAppended, bytes);
    }

    void IResultEntryListener.OnLeaving(ResultEntry entry)
    {
        if (entry.WasInLog)
        {
            return; // it left in an earlier life, and the scan at open has indexed it
        }

        ClosedWindow window = entry.Window;
        var indexed = new IndexedEntry(
            window.StartNs, window.EndNs, entry.Address, entry.Keys[0], entry.RowCount, window.Revision);
        Index.Add(window.StreamId, window.ViewId, in indexed);
        _lastLeftAddress = entry.Address;
        Gate.SetReleased(entry.EndAddress);
        Gate.Offer(entry, ResultLevel.Durable);
        _counters.Add(EngineCounter.ResultEntriesReleased, 1);
    }
}
