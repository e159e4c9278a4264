namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Adjacent copies of cells of one window (see <see cref="KeptCells"/>), with what is to be written of the window: it
/// may be another one's by then.
/// </summary>
internal unsafe struct KeptRun
{
    /// <summary>The window's view.</summary>
    public RunningView View;

    /// <summary>The window's number.</summary>
    public long Window;

    /// <summary>Journal address of the entry that had closed the window at the mark; 0 if it was open.</summary>
    public long CauseAddress;

    /// <summary>Whether the window was closed at the mark.</summary>
    public bool IsClosed;

    /// <summary>The first cell.</summary>
    public byte* Cells;

    /// <summary>How many there are.</summary>
    public int Count;

    /// <summary>The block that goes back with this run; null where another run has it, too.</summary>
    public byte* Block;

    /// <summary>A run of a window, still without cells. Only while the window is the one that was marked.</summary>
    public static KeptRun Of(Pane pane) => new()
    {
        View = pane.View,
        Window = pane.Window,
        CauseAddress = pane.IsClosedAtMark ? pane.CauseAddress : 0,
        IsClosed = pane.IsClosedAtMark,
    };

    /// <summary>Whether both are of one window.</summary>
    public readonly bool IsSameWindowAs(in KeptRun other) =>
        ReferenceEquals(View, other.View) && Window == other.Window && IsClosed == other.IsClosed;

    /// <summary>Whether the run is of that window.</summary>
    public readonly bool IsOf(Pane pane) =>
        ReferenceEquals(View, pane.View) && Window == pane.Window && IsClosed == pane.IsClosedAtMark;

    /// <summary>Gives up its first cells.</summary>
    public void Drop(int cells)
    {
        Cells += (nint)cells * View.Plan.TableCellBytes;
        Count -= cells;
    }
}
