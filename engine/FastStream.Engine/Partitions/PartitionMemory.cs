using System.Runtime.InteropServices;
using FastStream.Engine.Partitions.Aggregation;
using FastStream.Engine.Partitions.Aggregation.Kernels;
using FastStream.Engine.Partitions.Preparation;

namespace FastStream.Engine.Partitions;

/// <summary>
/// Memory of one partition thread, shared by all its streams: the heap of cells and the scratch of one frame.
/// Owned by that thread; every scratch pointer is valid for the call in hand only.
/// </summary>
internal sealed unsafe class PartitionMemory : IDisposable
{
    /// <summary>Records in a frame at most, as the wire has it.</summary>
    public const int MaxRows = 65_536;

    private bool _disposed;

    /// <summary>Reserves the scratch: about 3 MiB, touched only as far as frames are long.</summary>
    public PartitionMemory(int rowCapacity = MaxRows)
    {
        RowCapacity = rowCapacity;
        Preparation = new PreparationScratch(rowCapacity);
        TimedRows = Scratch<ushort>();
        PreparedRows = Scratch<ushort>();
        FilteredRows = Scratch<ushort>();
        WindowRows = Scratch<ushort>();
        WindowOrdinals = Scratch<int>();
        Cells = Scratch<nint>();
        GroupKeys = Scratch<ulong>();
        SortKeys = Scratch<ulong>();
        Runs = (int*)NativeMemory.AlignedAlloc(RowRuns.MaxRuns * 2 * sizeof(int), 64);
        LateBits = (ulong*)NativeMemory.AlignedAlloc((nuint)LateBytes, 64);
        NativeMemory.Clear(LateBits, (nuint)LateBytes);
        WindowCut = new WindowCut(this);
    }

    ~PartitionMemory() => Free();

    /// <summary>Records that a frame may have here.</summary>
    public int RowCapacity { get; }

    /// <summary>Cells, indexes and sketches.</summary>
    public PartitionHeap Heap { get; } = new();

    /// <summary>Scratch of preparation and filters.</summary>
    public PreparationScratch Preparation { get; }

    /// <summary>Cuts batches into windows.</summary>
    public WindowCut WindowCut { get; }

    /// <summary>Rows that passed the tests of time and key.</summary>
    public ushort* TimedRows { get; }

    /// <summary>Rows that passed preparation.</summary>
    public ushort* PreparedRows { get; }

    /// <summary>Rows that met a view's filter.</summary>
    public ushort* FilteredRows { get; }

    /// <summary>Those rows grouped by window.</summary>
    public ushort* WindowRows { get; }

    /// <summary>Window of each row, counted from the frame's first.</summary>
    public int* WindowOrdinals { get; }

    /// <summary>The cell of each row of a batch.</summary>
    public nint* Cells { get; }

    /// <summary>Slots as keys, by record index, for views over all keys.</summary>
    public ulong* GroupKeys { get; }

    /// <summary>Room for sorting rows of frames that span very many windows.</summary>
    public ulong* SortKeys { get; }

    /// <summary>Pairs (first position, length) of the runs of a batch.</summary>
    public int* Runs { get; }

    /// <summary>One bit a record: late for a view of this stream. Zero between calls.</summary>
    public ulong* LateBits { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        Heap.Dispose();
        GC.SuppressFinalize(this);
    }

    // A bit a record, in whole words.
    private int LateBytes => (RowCapacity + 63) / 64 * sizeof(ulong);

    private T* Scratch<T>()
        where T : unmanaged => (T*)NativeMemory.AlignedAlloc((nuint)(RowCapacity * sizeof(T)), 64);

    private void Free()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        NativeMemory.AlignedFree(TimedRows);
        NativeMemory.AlignedFree(PreparedRows);
        NativeMemory.AlignedFree(FilteredRows);
        NativeMemory.AlignedFree(WindowRows);
        NativeMemory.AlignedFree(WindowOrdinals);
        NativeMemory.AlignedFree(Cells);
        NativeMemory.AlignedFree(GroupKeys);
        NativeMemory.AlignedFree(SortKeys);
        NativeMemory.AlignedFree(Runs);
        NativeMemory.AlignedFree(LateBits);
    }
}
