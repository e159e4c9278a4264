namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>One window of one view: open, then closed and waiting to be emitted, then used again for another.</summary>
internal sealed unsafe class Pane
{
    /// <param name="view">The view it belongs to.</param>
    /// <param name="table">Its cells, not yet open.</param>
    public Pane(RunningView view, CellTable table)
    {
        View = view;
        Table = table;
    }

    /// <summary>The view.</summary>
    public RunningView View { get; }

    /// <summary>The cells.</summary>
    public CellTable Table { get; }

    /// <summary>The window's number: its start divided by the size.</summary>
    public long Window { get; set; }

    /// <summary>First nanosecond of the window.</summary>
    public long Start => Window * View.Plan.SizeNs;

    /// <summary>First nanosecond after the window.</summary>
    public long End => Start + View.Plan.SizeNs;

    /// <summary>Journal address of the entry that closed the window, once it is closed.</summary>
    public long CauseAddress { get; set; }

    /// <summary>True from close to reuse.</summary>
    public bool IsClosed { get; set; }

    /// <summary>True when nobody needs the rows any more but a snapshot under way.</summary>
    public bool IsDone { get; set; }

    /// <summary>One byte a segment: saved by the snapshot under way. Null when none needs more.</summary>
    public byte* SavedSegments { get; set; }

    /// <summary>Size class of <see cref="SavedSegments"/>.</summary>
    public int SavedSegmentsLog2 { get; set; }

    /// <summary>Whether the window was closed when the snapshot under way began.</summary>
    public bool IsClosedAtMark { get; set; }

    /// <summary>Cells that the snapshot under way is to save: those there were when it began.</summary>
    public int CellsToSave { get; set; }
}
