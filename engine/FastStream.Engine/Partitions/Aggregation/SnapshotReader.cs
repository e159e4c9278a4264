using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Aggregation.States;

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
                case SavedPiece.Cells:
                    LoadCells(ref source);
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

    private KeptRun ReadWindow(ref ByteSource source)
    {
        KeptRun saved = new()
        {
            View = Find(source.Read<uint>()),
            Window = source.Read<long>(),
            CauseAddress = source.Read<long>(),
            IsClosed = source.Read<byte>() != 0,
        };
        ViewPlan plan = saved.View.Plan;
        if (source.Read<ulong>() != plan.Signature)
        {
            throw new InvalidDataException(
                $"Saved rows of view \"{plan.View.Name}\" hold other states than the view has now.");
        }

        return IsTaken(saved.Window, plan.SizeNs)
            ? saved
            : throw new InvalidDataException(
                $"Saved rows of window {saved.Window} lie outside the times that are taken.");
    }

    private void LoadCells(ref ByteSource source)
    {
        KeptRun saved = ReadWindow(ref source);
        ViewPlan plan = saved.View.Plan;
        int rows = source.Read<int>();
        if (plan.OneField is null || (long)rows << FieldCell.Log2Bytes != source.Remaining)
        {
            throw new InvalidDataException(
                $"A saved piece promises {rows} cells of view \"{plan.View.Name}\", of one field, in "
                + $"{source.Remaining} bytes.");
        }

        Pane? pane = null;
        fixed (byte* cells = source.Take(source.Remaining))
        {
            for (int i = 0; i < rows; i++)
            {
                FieldCell* cell = (FieldCell*)cells + i;
                if (slots.Contains(SlotOf(plan, cell->Key)))
                {
                    pane ??= PaneOf(saved);
                    pane.Table.AddSaved(cell, saved.IsClosed);
                }
            }
        }
    }

    private Pane PaneOf(in KeptRun saved) => saved.IsClosed
        ? ClosedPane(saved.View, saved.Window, saved.CauseAddress)
        : saved.View.OpenPane(saved.Window);

    private void LoadRows(ref ByteSource source)
    {
        KeptRun saved = ReadWindow(ref source);
        RunningView view = saved.View;
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
                    pane ??= PaneOf(saved);
                    pane.Table.AddSaved(key, saved.IsClosed, ref source);
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
