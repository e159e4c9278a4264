namespace FastStream.Engine.Partitions;

/// <summary>
/// A piece of one closed window: rows in order of (slot, key). Pooled and reused; whoever holds it owns its arrays
/// until it hands the slice back. A slice never spans two windows.
/// </summary>
/// <remarks>
/// A view over all keys gives one row a slot: <see cref="Keys"/> holds slot numbers, <see cref="Values"/> is unused
/// and <see cref="Partials"/> holds the slot's states, to be merged in slot order by
/// <see cref="Aggregation.OverAllMerge"/>.
/// </remarks>
internal sealed class ResultSlice
{
    private byte[] _partials = [];

    /// <summary>The stream's number.</summary>
    public uint StreamId { get; set; }

    /// <summary>The view's number within its stream.</summary>
    public uint ViewId { get; set; }

    /// <summary>Journal address of the entry that closed the window.</summary>
    public long CauseAddress { get; set; }

    /// <summary>First nanosecond of the window.</summary>
    public long WindowStart { get; set; }

    /// <summary>First nanosecond after the window.</summary>
    public long WindowEnd { get; set; }

    /// <summary>0 for the first result of a window.</summary>
    public int Revision { get; set; }

    /// <summary>True for the first piece of this partition's share of the window.</summary>
    public bool IsFirst { get; set; }

    /// <summary>True for the last piece of this partition's share of the window.</summary>
    public bool IsLast { get; set; }

    /// <summary>True when the rows are slots of a view over all keys (see <see cref="Partials"/>).</summary>
    public bool IsPartial { get; set; }

    /// <summary>True when the one row of a partial slice is the merge of all slots up to its key.</summary>
    public bool IsMerged { get; set; }

    /// <summary>Rows in use.</summary>
    public int RowCount { get; set; }

    /// <summary>Aggregates of the view: values a row.</summary>
    public int ValueCount { get; set; }

    /// <summary>Keys (or slots) of the rows.</summary>
    public ulong[] Keys { get; private set; } = [];

    /// <summary>Records of the rows.</summary>
    public long[] Counts { get; private set; } = [];

    /// <summary>Values, row by row; NaN = absent.</summary>
    public double[] Values { get; private set; } = [];

    /// <summary>Serialised states of the rows of a partial slice, one after the other.</summary>
    public ReadOnlySpan<byte> Partials => _partials.AsSpan(0, PartialBytes);

    /// <summary>Bytes of <see cref="Partials"/> in use.</summary>
    public int PartialBytes { get; private set; }

    /// <summary>Makes the slice empty, with room for the given rows. Allocates only when it grows.</summary>
    public void Reset(int maxRows, int valueCount)
    {
        RowCount = 0;
        ValueCount = valueCount;
        PartialBytes = 0;
        IsFirst = false;
        IsLast = false;
        IsPartial = false;
        IsMerged = false;
        if (Keys.Length < maxRows)
        {
            Keys = new ulong[maxRows];
            Counts = new long[maxRows];
        }

        if (Values.Length < checked(maxRows * valueCount))
        {
            Values = new double[maxRows * valueCount];
        }
    }

    /// <summary>The values of row <paramref name="row"/>.</summary>
    public Span<double> ValuesOf(int row) => Values.AsSpan(row * ValueCount, ValueCount);

    /// <summary>Adds bytes to <see cref="Partials"/>.</summary>
    public void AppendPartial(ReadOnlySpan<byte> bytes)
    {
        if (_partials.Length - PartialBytes < bytes.Length)
        {
            Array.Resize(ref _partials, Math.Max(_partials.Length * 2, PartialBytes + bytes.Length));
        }

        bytes.CopyTo(_partials.AsSpan(PartialBytes));
        PartialBytes += bytes.Length;
    }

    /// <summary>Replaces this slice's content by a copy of another's.</summary>
    public void CopyFrom(ResultSlice other)
    {
        Reset(other.RowCount, other.ValueCount);
        (StreamId, ViewId, CauseAddress) = (other.StreamId, other.ViewId, other.CauseAddress);
        (WindowStart, WindowEnd, Revision) = (other.WindowStart, other.WindowEnd, other.Revision);
        (IsFirst, IsLast, IsPartial, RowCount) = (other.IsFirst, other.IsLast, other.IsPartial, other.RowCount);
        IsMerged = other.IsMerged;
        other.Keys.AsSpan(0, RowCount).CopyTo(Keys);
        other.Counts.AsSpan(0, RowCount).CopyTo(Counts);
        other.Values.AsSpan(0, IsPartial ? 0 : RowCount * ValueCount).CopyTo(Values);
        AppendPartial(other.Partials);
    }
}
