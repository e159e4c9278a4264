namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Copies rows of windows that are not yet in the results, for queries and digests.</summary>
internal sealed unsafe class OpenRows(
    PartitionHeap heap, ulong? key, long from, long to, ResultSlice slice, Action<ResultSlice> sink)
{
    private const int RowsPerSlice = 1024;
    private readonly PaneEmitter _emitter = new(heap);
    private readonly ByteSink _bytes = new();

    /// <summary>Hands the window's rows to the sink if it starts in [from, to).</summary>
    public void Collect(Pane pane)
    {
        if (pane.Start < from || pane.Start >= to || pane.Table.Count == 0)
        {
            return;
        }

        if (key is ulong wanted)
        {
            CollectOne(pane, wanted);
            return;
        }

        _emitter.Start(pane);
        while (_emitter.IsBusy)
        {
            if (_emitter.Next(slice, RowsPerSlice) == EmitStatus.Slice)
            {
                sink(slice);
            }
        }
    }

    private void CollectOne(Pane pane, ulong wanted)
    {
        int cell = pane.View.Plan.KeysAreSlots ? -1 : pane.Table.Find(wanted);
        if (cell >= 0)
        {
            PaneEmitter.Describe(slice, pane, 1);
            slice.IsFirst = true;
            slice.IsLast = true;
            PaneEmitter.AppendRow(slice, pane, pane.Table.Read(cell), _bytes);
            sink(slice);
        }
    }
}
