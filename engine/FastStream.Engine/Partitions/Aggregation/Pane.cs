using System.Runtime.CompilerServices;

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

    /// <summary>
    /// One bit a cell: the snapshot under way has taken it over. Null when none needs more of the window.
    /// </summary>
    public ulong* Kept { get; set; }

    /// <summary>Size class of <see cref="Kept"/>.</summary>
    public int KeptLog2 { get; set; }

    /// <summary>Cells that the snapshot under way has not yet taken over.</summary>
    public int CellsToKeep { get; set; }

    /// <summary>Whether the window was closed when the snapshot under way began.</summary>
    public bool IsClosedAtMark { get; set; }

    /// <summary>Cells that the snapshot under way is to save: those there were when it began.</summary>
    public int CellsToSave { get; set; }

    /// <summary>
    /// Whether the snapshot under way is to save a cell and has not taken it over yet; no number is a cell's either.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsToKeep(uint number) =>
        number < (uint)CellsToSave && (Kept[number >> 6] & (1UL << (int)(number & 63))) == 0;
}
