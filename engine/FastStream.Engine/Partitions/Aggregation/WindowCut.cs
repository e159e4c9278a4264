namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Cuts the rows of a batch into windows, ascending, each with its rows ascending. Scratch of one partition thread.
/// </summary>
internal sealed unsafe class WindowCut(PartitionMemory memory)
{
    // Frames that span more windows than this (a very small window, or a wild time) are sorted instead of counted,
    // and so are those that span more nanoseconds than a long holds.
    private const int MaxCounted = 4096;
    private readonly int[] _starts = new int[MaxCounted + 1];
    private long[] _windows = new long[16];
    private int[] _ends = new int[16];

    /// <summary>Windows with rows.</summary>
    public int Count { get; private set; }

    /// <summary>All rows, window after window.</summary>
    public ushort* Rows { get; private set; }

    /// <summary>Number of window <paramref name="i"/>: its start divided by the size.</summary>
    public long WindowOf(int i) => _windows[i];

    /// <summary>Where the rows of window <paramref name="i"/> begin.</summary>
    public int BeginOf(int i) => i == 0 ? 0 : _ends[i - 1];

    /// <summary>Where they end.</summary>
    public int EndOf(int i) => _ends[i];

    /// <summary>The number of the window that holds a time.</summary>
    public static long WindowAt(long time, long size)
    {
        long window = time / size;
        return window * size > time ? window - 1 : window;
    }

    /// <summary>
    /// Cuts rows whose times lie in [min, max]. If one window holds all, the rows stay where they are.
    /// </summary>
    public void Cut(long* times, ushort* rows, int count, long min, long max, long size)
    {
        Count = 0;
        Rows = rows;
        long first = WindowAt(min, size);
        long last = WindowAt(max, size);
        if (first == last)
        {
            Append(first, count);
        }
        else if (last - first < MaxCounted && (ulong)(max - (first * size)) <= long.MaxValue)
        {
            CutCounted(times, rows, count, first, (int)(last - first) + 1, size);
        }
        else
        {
            CutSorted(times, rows, count, first, size);
        }
    }

    private void CutCounted(long* times, ushort* rows, int count, long first, int span, long size)
    {
        int* ordinals = memory.WindowOrdinals;
        Array.Clear(_starts, 0, span + 1);
        long origin = first * size;
        double inverse = 1.0 / size;
        for (int i = 0; i < count; i++)
        {
            int ordinal = OrdinalOf(times[rows[i]] - origin, size, inverse);
            ordinals[i] = ordinal;
            _starts[ordinal + 1]++;
        }

        for (int i = 0; i < span; i++)
        {
            int rowsHere = _starts[i + 1];
            _starts[i + 1] += _starts[i];
            if (rowsHere > 0)
            {
                Append(first + i, _starts[i + 1]);
            }
        }

        ushort* target = memory.WindowRows;
        for (int i = 0; i < count; i++)
        {
            target[_starts[ordinals[i]]++] = rows[i];
        }

        Rows = target;
    }

    // Below 4,096 windows the product is off by far less than one, so one step to either side corrects it.
    private static int OrdinalOf(long distance, long size, double inverse)
    {
        int ordinal = (int)(distance * inverse);
        long within = distance - (ordinal * size);
        return within < 0 ? ordinal - 1 : within >= size ? ordinal + 1 : ordinal;
    }

    private void CutSorted(long* times, ushort* rows, int count, long first, long size)
    {
        // Windows are at least 1 ms long, so a window's distance takes 44 bits at most and the row fits below it.
        ulong* sorted = memory.SortKeys;
        for (int i = 0; i < count; i++)
        {
            sorted[i] = ((ulong)(WindowAt(times[rows[i]], size) - first) << 16) | rows[i];
        }

        new Span<ulong>(sorted, count).Sort();
        ushort* target = memory.WindowRows;
        for (int i = 0; i < count; i++)
        {
            target[i] = (ushort)sorted[i];
            if (i + 1 == count || sorted[i] >> 16 != sorted[i + 1] >> 16)
            {
                Append(first + (long)(sorted[i] >> 16), i + 1);
            }
        }

        Rows = target;
    }

    private void Append(long window, int end)
    {
        if (Count == _windows.Length)
        {
            Array.Resize(ref _windows, Count * 2);
            Array.Resize(ref _ends, Count * 2);
        }

        _windows[Count] = window;
        _ends[Count] = end;
        Count++;
    }
}
