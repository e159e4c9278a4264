namespace FastStream.Engine.Partitions;

/// <summary>
/// The columns of one frame as a partition reads them: in place, never written. Whoever builds it keeps the memory
/// alive until the partition has returned; nothing may keep a pointer longer than the call it was given to.
/// </summary>
/// <remarks>
/// SAFETY: every column that is not null holds at least <see cref="Count"/> values and is 64-byte aligned. Fields are
/// indexed by the ordinal in the STREAM's definition; a column that is null, or an ordinal at or above
/// <see cref="FieldCount"/>, reads as absent for all records. NaN in a column is absent for that record.
/// Keys of text streams are the engine's dense key numbers.
/// </remarks>
internal readonly unsafe struct FrameColumns
{
    /// <summary>Records in the frame, 0..65,536.</summary>
    public int Count { get; init; }

    /// <summary>Event times in nanoseconds since the Unix epoch.</summary>
    public long* Times { get; init; }

    /// <summary>One key a record.</summary>
    public ulong* Keys { get; init; }

    /// <summary>Pointers to the field columns, by stream field ordinal.</summary>
    public double** Fields { get; init; }

    /// <summary>How many pointers stand at <see cref="Fields"/>.</summary>
    public int FieldCount { get; init; }

    /// <summary>Smallest event time of the frame; meaningless when it is empty.</summary>
    public long MinTime { get; init; }

    /// <summary>Largest event time of the frame; meaningless when it is empty.</summary>
    public long MaxTime { get; init; }

    /// <summary>True only if no record's time is below its predecessor's.</summary>
    public bool TimesAscending { get; init; }

    /// <summary>True only if all records have the key of the first (false does not promise the opposite).</summary>
    public bool HasOneKey { get; init; }

    /// <summary>The column of a stream field, or null when the frame lacks it.</summary>
    public double* Field(int ordinal) => (uint)ordinal < (uint)FieldCount ? Fields[ordinal] : null;

    /// <summary>The same records with other field columns: what preparation hands on.</summary>
    public FrameColumns WithFields(double** fields, int fieldCount) => new()
    {
        Count = Count,
        Times = Times,
        Keys = Keys,
        Fields = fields,
        FieldCount = fieldCount,
        MinTime = MinTime,
        MaxTime = MaxTime,
        TimesAscending = TimesAscending,
        HasOneKey = HasOneKey,
    };
}
