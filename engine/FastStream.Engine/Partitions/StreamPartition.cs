using System.Buffers;
using System.Numerics;
using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Aggregation;
using FastStream.Engine.Partitions.Preparation;
using FastStream.Protocol;

namespace FastStream.Engine.Partitions;

/// <summary>
/// One stream's share in one partition: P(D) for the keys of its slots. Single-threaded and deterministic: no clock,
/// no thread, nothing random that could be seen. Applying the same entries in the same order gives the same state.
/// </summary>
/// <remarks>
/// For each entry the caller calls <see cref="Apply"/> (frames) and then <see cref="Advance"/>, and between entries
/// <see cref="Emit"/> and <see cref="SaveNext"/> as its pace allows: neither changes what a later entry does.
/// </remarks>
internal sealed unsafe class StreamPartition : IDisposable
{
    private readonly uint _streamId;
    private readonly PartitionLimits _limits;
    private readonly PartitionMemory _memory;
    private readonly List<RunningView> _views = [];
    private readonly Queue<Pane> _closed = new();
    private readonly PaneEmitter _emitter;
    private readonly SnapshotWriter _snapshot;
    private readonly RefusalRecorder _refusals;
    private StreamDefinition _stream;
    private PreparationPlan _preparation;
    private bool _disposed;

    /// <param name="streamId">The stream's number, put into slices.</param>
    /// <param name="stream">Its definition.</param>
    /// <param name="slots">The slots this partition owns.</param>
    /// <param name="limits">What a view may hold.</param>
    /// <param name="memory">Memory and scratch of the partition's thread, shared by its streams.</param>
    public StreamPartition(
        uint streamId, StreamDefinition stream, SlotRange slots, PartitionLimits limits, PartitionMemory memory)
    {
        _streamId = streamId;
        Slots = slots;
        _limits = limits;
        _memory = memory;
        _emitter = new PaneEmitter(memory.Heap);
        _snapshot = new SnapshotWriter(memory.Heap);
        _refusals = new RefusalRecorder(Counters);
        _stream = stream;
        _preparation = PreparationPlan.Compile(stream);
        _refusals.SetStream(stream);
    }

    /// <summary>The slots owned.</summary>
    public SlotRange Slots { get; }

    /// <summary>This partition's share of the stream's counters.</summary>
    public StreamCounters Counters { get; } = new();

    /// <summary>True while closed windows wait for <see cref="Emit"/>.</summary>
    public bool HasPendingCloses => _closed.Count > 0;

    /// <summary>True from <see cref="BeginSnapshot"/> until <see cref="SaveNext"/> has written everything.</summary>
    public bool IsSnapshotUnderWay => _snapshot.IsActive;

    /// <summary>Adds a view (its Id set). Windows that start before <paramref name="fromTime"/> are left out.</summary>
    public void AddView(ViewDefinition view, long address, long fromTime = long.MinValue)
    {
        if (Find(view.Name) is not null || (_views.Count > 0 && _views[^1].Id >= view.Id))
        {
            throw new ArgumentException($"View \"{view.Name}\" (id {view.Id}, at {address}) is not a new one.");
        }

        _views.Add(new RunningView(view, _stream, fromTime, _limits, _memory));
    }

    /// <summary>Drops a view with its open windows; closes that already wait are still emitted.</summary>
    public bool DropView(string name)
    {
        RunningView? view = Find(name);
        if (view is null)
        {
            return false;
        }

        view.Drop();
        return _views.Remove(view);
    }

    /// <summary>Takes on added fields, rules and changed bounds.</summary>
    public void UpdateStream(StreamDefinition stream)
    {
        _stream = stream;
        _preparation = PreparationPlan.Compile(stream);
        _refusals.SetStream(stream);
    }

    /// <summary>Names of the views, in the order of their numbers.</summary>
    public IEnumerable<string> ViewNames => _views.Select(v => v.Plan.View.Name);

    /// <summary>This partition's share of a view's counters, or null.</summary>
    public ViewCounters? CountersOf(string view) => Find(view)?.Counters;

    /// <summary>
    /// Applies the records at <paramref name="rows"/> (ascending indexes of records whose keys lie in this
    /// partition's slots) and adds their fates to <paramref name="outcome"/>.
    /// </summary>
    public void Apply(
        in FrameContext frame, in FrameColumns columns, ReadOnlySpan<ushort> rows, ref FrameOutcome outcome)
    {
        Counters.Journaled += rows.Length;
        if (rows.Length == 0)
        {
            return;
        }

        if (columns.Count > _memory.RowCapacity || rows.Length > columns.Count || rows[^1] >= columns.Count)
        {
            throw new InvalidOperationException(
                $"{rows.Length} rows up to {rows[^1]} were given of a frame of {columns.Count} records.");
        }

        _refusals.Begin(frame.Address, columns);
        ReadOnlySpan<ushort> timed = TimeTest.Run(
            frame, columns, _stream.KeyKind == KeyKind.Text, rows, _memory.TimedRows, _refusals, out long min,
            out long max);
        ReadOnlySpan<ushort> prepared = _preparation.Run(
            columns, timed, new Span<ushort>(_memory.PreparedRows, timed.Length), _memory.Preparation, _refusals,
            out FrameColumns preparedColumns);
        Counters.Prepared += prepared.Length;
        if (prepared.Length > 0)
        {
            foreach (RunningView view in _views)
            {
                view.Apply(frame, preparedColumns, prepared, min, max, _snapshot);
            }
        }

        _refusals.Outcome.Accepted = prepared.Length;
        _refusals.Outcome.Late = TakeLateCount(columns.Count);
        outcome.Merge(_refusals.Outcome);
    }

    /// <summary>
    /// Counts the records of a frame refused for good; of all partitions told, the owner of slot 0 counts.
    /// </summary>
    public void CountTombstone(long recordCount)
    {
        if (Slots.Contains(0))
        {
            Counters.Journaled += recordCount;
            Counters.Tombstone += recordCount;
        }
    }

    /// <summary>
    /// Closes the windows with end + lateness at or below <paramref name="watermark"/>: they wait for
    /// <see cref="Emit"/> in order of (cause address, view id, window start).
    /// </summary>
    public void Advance(long address, long watermark)
    {
        foreach (RunningView view in _views)
        {
            view.Close(address, watermark, _closed);
        }
    }

    /// <summary>Fills the slice with the next rows of closed windows; bounded work a call.</summary>
    public EmitStatus Emit(ResultSlice slice, int maxRows)
    {
        if (_closed.Count == 0)
        {
            return EmitStatus.Nothing;
        }

        if (!_emitter.IsBusy)
        {
            _emitter.Start(_closed.Peek());
        }

        EmitStatus status = _emitter.Next(slice, maxRows);
        slice.StreamId = _streamId;
        if (!_emitter.IsBusy)
        {
            Pane pane = _closed.Dequeue();
            pane.View.Recycle(pane);
        }

        return status;
    }

    /// <summary>
    /// Every close whose cause address is below the returned address has been emitted wholly.
    /// <paramref name="appliedAddress"/> is the end of the last entry applied here.
    /// </summary>
    public long EmittedThrough(long appliedAddress) =>
        _closed.Count == 0 ? appliedAddress : _closed.Peek().CauseAddress;

    /// <summary>
    /// Hands copies of the rows of windows that are open, or closed and not yet wholly emitted, to the sink, slice by
    /// slice (views over all give partial slices). The slice is reused: the sink copies what it keeps.
    /// </summary>
    public void CollectOpen(string view, ulong? key, long from, long to, ResultSlice slice, Action<ResultSlice> sink)
    {
        if (Find(view) is RunningView running)
        {
            slice.StreamId = _streamId;
            OpenRows reader = new(_memory.Heap, key, from, to, slice, sink);
            foreach (Pane pane in _closed)
            {
                if (ReferenceEquals(pane.View, running))
                {
                    reader.Collect(pane);
                }
            }

            foreach (Pane pane in running.Open)
            {
                reader.Collect(pane);
            }
        }
    }

    /// <summary>Adds the starts of a view's open windows; returns the most keys that one of them holds here.</summary>
    public int CollectOpenWindows(string view, ISet<long> starts)
    {
        int mostKeys = 0;
        if (Find(view) is RunningView running)
        {
            foreach (Pane pane in running.Open)
            {
                starts.Add(pane.Start);
                mostKeys = Math.Max(mostKeys, pane.Table.Count);
            }
        }

        return mostKeys;
    }

    /// <summary>
    /// Marks the present state for saving. The caller drains <see cref="Emit"/> first and lets the snapshot count
    /// only when the results of every cause below the address are durable: rows emitted before are not in it.
    /// </summary>
    public void BeginSnapshot(long address)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(address);
        _snapshot.Begin(sink => SavedCounters.Write(Counters, _views, sink));
        foreach (Pane pane in _closed)
        {
            // Nobody could read rows of a view that is gone; the drained caller has none.
            if (!pane.View.IsDropped)
            {
                _snapshot.Mark(pane);
            }
        }

        foreach (RunningView view in _views)
        {
            foreach (Pane pane in view.Open)
            {
                _snapshot.Mark(pane);
            }
        }
    }

    /// <summary>
    /// Takes copies of about so many bytes of marked cells, which frames may change from then on as they always do;
    /// false when there are none left. <see cref="SaveNext"/> does so too, as far as it needs them.
    /// </summary>
    public bool KeepSome(int budgetBytes) => _snapshot.KeepSome(budgetBytes);

    /// <summary>Bytes of copies that wait for <see cref="SaveNext"/>.</summary>
    public long KeptBytes => _snapshot.KeptBytes;

    /// <summary>Bytes of all cells that were marked.</summary>
    public long MarkedBytes => _snapshot.IsActive ? _snapshot.MarkedBytes : 0;

    /// <summary>
    /// Writes the next chunk of the marked state, at most so many bytes (only a single wide row may be longer); false
    /// when nothing was left.
    /// </summary>
    public bool SaveNext(IBufferWriter<byte> chunk, int budgetBytes) => _snapshot.SaveNext(chunk, budgetBytes);

    /// <summary>Gives up the snapshot under way, if there is one.</summary>
    public void AbortSnapshot() => _snapshot.Abort();

    /// <summary>
    /// Takes the rows of own slots from a saved chunk; counters are taken by the owner of slot 0. Views are added
    /// before. Throws <see cref="InvalidDataException"/> when the chunk does not fit.
    /// </summary>
    public void Load(ReadOnlySpan<byte> chunk) =>
        new SnapshotReader(Slots, Counters, _views, _closed, _memory.Heap).Load(chunk);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _snapshot.Abort();
        _emitter.Stop();
        while (_closed.TryDequeue(out Pane? pane))
        {
            pane.View.Recycle(pane);
        }

        foreach (RunningView view in _views)
        {
            view.Drop();
        }

        _views.Clear();
    }

    private RunningView? Find(string name)
    {
        foreach (RunningView view in _views)
        {
            if (view.Plan.View.Name == name)
            {
                return view;
            }
        }

        return null;
    }

    private int TakeLateCount(int recordCount)
    {
        int late = 0;
        for (int word = 0; word < (recordCount + 63) / 64; word++)
        {
            late += BitOperations.PopCount(_memory.LateBits[word]);
            _memory.LateBits[word] = 0;
        }

        return late;
    }
}
