using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Brings saved pieces back into a partition, whatever the number of partitions that saved them.</summary>
internal sealed unsafe class SnapshotReader(
    SlotRange slots, StreamCounters counters, List<RunningView> views, Queue<Pane> closed, PartitionHeap heap)
{
    /// <summary>Takes own rows, and counters if slot 0 is owned, from a chunk of whole pieces.</summary>
    public void Load(ReadOnlySpan<byte> chunk)
    {
        while (SavedPieces.TryTake(ref chunk, out SavedPiece kind, out ReadOnlySpan<byte> content))
        {
            ByteSource source = new(content);
            switch (kind)
            {
                case SavedPiece.Counters:
                    LoadCounters(ref source);
                    break;
                case SavedPiece.Rows:
                    LoadRows(ref source);
                    break;
                default:
                    throw new InvalidDataException($"A saved piece has the unknown kind {(int)kind}.");
            }

            if (source.Remaining != 0)
            {
                throw new InvalidDataException($"A saved piece of kind {kind} has {source.Remaining} bytes too many.");
            }
        }
    }

    private void LoadCounters(ref ByteSource source)
    {
        bool own = slots.Contains(0);
        StreamCounters saved = SavedCounters.ReadStream(ref source);
        if (own)
        {
            counters.Merge(saved);
        }

        int viewCount = source.Read<int>();
        for (int i = 0; i < viewCount; i++)
        {
            ViewCounters savedView = SavedCounters.ReadView(ref source, out uint id, out long fromTime);
            RunningView view = Find(id);
            view.FromTime = fromTime;
            if (own)
            {
                view.Counters.Merge(savedView);
            }
        }
    }

    private void LoadRows(ref ByteSource source)
    {
        RunningView view = Find(source.Read<uint>());
        long window = source.Read<long>();
        long cause = source.Read<long>();
        bool isClosed = source.Read<byte>() != 0;
        ulong signature = source.Read<ulong>();
        if (signature != view.Plan.Signature)
        {
            throw new InvalidDataException(
                $"Saved rows of view \"{view.Plan.View.Name}\" hold other states than the view has now.");
        }

        if (!IsTaken(window, view.Plan.SizeNs))
        {
            throw new InvalidDataException($"Saved rows of window {window} lie outside the times that are taken.");
        }

        int rows = source.Read<int>();
        byte* passed = heap.Rent(PartitionHeap.Log2For(view.Plan.CellBytes));
        try
        {
            Pane? pane = null;
            for (int i = 0; i < rows; i++)
            {
                ulong key = source.Read<ulong>();
                if (slots.Contains(SlotOf(view.Plan, key)))
                {
                    pane ??= isClosed ? ClosedPane(view, window, cause) : view.OpenPane(window);
                    pane.Table.AddSaved(key, isClosed, ref source);
                }
                else
                {
                    Pass(view.Plan, passed, key, ref source);
                }
            }
        }
        finally
        {
            heap.Return(passed, PartitionHeap.Log2For(view.Plan.CellBytes));
        }
    }

    // A row of another partition, read only to know where the next one begins.
    private void Pass(ViewPlan plan, byte* cell, ulong key, ref ByteSource source)
    {
        plan.InitCell(cell, key);
        try
        {
            plan.ReadCell(cell, ref source, heap);
        }
        finally
        {
            plan.ReleaseCell(cell, heap);
        }
    }

    private static int SlotOf(ViewPlan plan, ulong key)
    {
        if (!plan.KeysAreSlots)
        {
            return SlotHash.SlotOf(key);
        }

        return key < SlotHash.SlotCount
            ? (int)key
            : throw new InvalidDataException($"A saved row over all keys stands for slot {key}, which there is not.");
    }

    private static bool IsTaken(long window, long sizeNs) =>
        window >= (EventTimeRange.MinNs / sizeNs) - 1 && window <= EventTimeRange.MaxNs / sizeNs;

    // Pieces come in any order of partitions; closes wait in order of (cause, view, start).
    private Pane ClosedPane(RunningView view, long window, long cause)
    {
        foreach (Pane pane in closed)
        {
            if (ReferenceEquals(pane.View, view) && pane.Window == window)
            {
                return pane;
            }
        }

        Pane added = view.NewClosedPane(window, cause);
        List<Pane> waiting = [.. closed, added];
        waiting.Sort(static (a, b) => (a.CauseAddress, a.View.Id, a.Window)
            .CompareTo((b.CauseAddress, b.View.Id, b.Window)));
        closed.Clear();
        waiting.ForEach(closed.Enqueue);
        return added;
    }

    private RunningView Find(uint id) =>
        views.Find(v => v.Id == id)
        ?? throw new InvalidDataException($"Saved state names view {id}, which the stream does not have.");
}
