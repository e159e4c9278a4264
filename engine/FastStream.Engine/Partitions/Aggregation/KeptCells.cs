using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Copies of cells as they were at a snapshot's mark, in the order in which they were taken, until they are written.
/// Owned by the partition's thread.
/// </summary>
/// <remarks>
/// Cells lie one after the other in blocks of 64 KiB; the cells of one window that were kept in a row and lie in one
/// block are a run. A block goes back to the heap with its last run. Only cells without variable parts come here.
/// SAFETY: runs that were not released point into blocks that were not given back.
/// </remarks>
internal sealed unsafe class KeptCells(PartitionHeap heap)
{
    private const int BlockLog2 = PartitionHeap.SlabLog2;
    private const int LineBytes = 64;

    private readonly Queue<KeptRun> _runs = new();
    private KeptRun _open; // still growing, the last of the block in hand; without cells when there is none
    private byte* _block;  // the one in hand; null when there is none
    private int _left;     // bytes of it

    /// <summary>Bytes of the cells that wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a run has ended and waits.</summary>
    public bool HasRuns => _runs.Count > 0;

    /// <summary>Takes a copy of a cell.</summary>
    public void Add(Pane pane, byte* cell) => Copy(cell, Claim(pane, 1, out _), 1, pane.View.Plan.TableCellBytes);

    /// <summary>Takes copies of adjacent cells.</summary>
    public void Add(Pane pane, byte* cells, int count)
    {
        int cellBytes = pane.View.Plan.TableCellBytes;
        while (count > 0)
        {
            byte* to = Claim(pane, count, out int fitting);
            Copy(cells, to, fitting, cellBytes);
            cells += fitting * cellBytes;
            count -= fitting;
        }
    }

    /// <summary>Ends the run in hand, so that it can be taken.</summary>
    public void EndRun()
    {
        if (_open.Count > 0)
        {
            _open.Block = _block;
            _runs.Enqueue(_open);
        }
        else if (_block != null)
        {
            heap.Return(_block, BlockLog2);
        }

        _open = default;
        _block = null;
        _left = 0;
    }

    /// <summary>Takes the oldest run that has ended; it must be released.</summary>
    public bool TryTake(out KeptRun run) => _runs.TryDequeue(out run);

    /// <summary>Some cells of a run have been written.</summary>
    public void Drop(ref KeptRun run, int cells)
    {
        Bytes -= (long)cells * run.View.Plan.TableCellBytes;
        run.Drop(cells);
    }

    /// <summary>Gives back what a run held; it must not be touched again.</summary>
    public void Release(ref KeptRun run)
    {
        Drop(ref run, run.Count);
        if (run.Block != null)
        {
            heap.Return(run.Block, BlockLog2);
        }

        run = default;
    }

    /// <summary>Gives up everything that waits.</summary>
    public void Clear()
    {
        EndRun();
        while (TryTake(out KeptRun run))
        {
            Release(ref run);
        }
    }

    // Room for at least one cell and at most so many.
    private byte* Claim(Pane pane, int count, out int fitting)
    {
        int cellBytes = pane.View.Plan.TableCellBytes;
        if (_left < cellBytes || _open.Count == 0 || !_open.IsOf(pane))
        {
            BeginRun(pane, cellBytes);
        }

        fitting = Math.Min(count, _left / cellBytes);
        byte* at = _block + ((1 << BlockLog2) - _left);
        int bytes = fitting * cellBytes;
        _left -= bytes;
        _open.Count += fitting;
        Bytes += bytes;
        return at;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginRun(Pane pane, int cellBytes)
    {
        // Another window's cells may be of another size: lines stay whole where that is one.
        _left -= cellBytes % LineBytes == 0 ? _left % LineBytes : 0;
        if (_left < cellBytes)
        {
            EndRun();
            _block = heap.Rent(BlockLog2);
            _left = 1 << BlockLog2;
        }
        else if (_open.Count > 0)
        {
            _runs.Enqueue(_open);
        }

        _open = KeptRun.Of(pane);
        _open.Cells = _block + ((1 << BlockLog2) - _left);
    }

    // A copy is read much later: whole lines go past the caches, which are full of what records need next. Cells of
    // whole lines begin at half a line at least, here and in the table.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* from, byte* to, int count, int cellBytes)
    {
        int bytes = count * cellBytes;
        if (cellBytes % LineBytes != 0)
        {
            Unsafe.CopyBlock(to, from, (uint)bytes);
            return;
        }

        for (int i = 0; i < bytes; i += LineBytes)
        {
            Vector256<byte> low = Vector256.LoadAligned(from + i);
            Vector256<byte> high = Vector256.LoadAligned(from + i + (LineBytes / 2));
            low.StoreAlignedNonTemporal(to + i);
            high.StoreAlignedNonTemporal(to + i + (LineBytes / 2));
        }
    }
}
