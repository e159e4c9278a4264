using System.Numerics;

namespace FastStream.Protocol;

/// <summary>
/// The decoded columns of one data frame. Reused: <see cref="DataFrameDecoder"/> fills it anew for each frame.
/// Owner: whoever decodes. It owns no memory: the columns lie in the frame itself (as-is encodings) or in the scratch
/// block given to the decoder, and are valid as long as both stay where they are.
/// </summary>
public sealed unsafe class RecordBatch
{
    private readonly nint[] _fields = new nint[WireFormat.MaxFieldCount];

    /// <summary>Records in the frame, at least 1.</summary>
    public int Count { get; internal set; }

    /// <summary>Whether the keys are dictionary ids.</summary>
    public bool HasKeyIds => KeyIds != null;

    /// <summary>Whether all records have the same key: the first one's.</summary>
    public bool KeyIsConstant { get; internal set; }

    /// <summary>The largest dictionary id in the frame; 0 when keys are numbers.</summary>
    public uint MaxKeyId { get; internal set; }

    /// <summary>The smallest event time.</summary>
    public long MinTime { get; internal set; }

    /// <summary>The largest event time.</summary>
    public long MaxTime { get; internal set; }

    /// <summary>Whether no event time is below the one before it.</summary>
    public bool TimesAscending { get; internal set; }

    /// <summary>One bit for each column of the producer's schema that the frame carries.</summary>
    public ulong FieldMask { get; internal set; }

    /// <summary>The keys; empty when they are dictionary ids.</summary>
    public ReadOnlySpan<ulong> KeySpan => Keys == null ? default : new ReadOnlySpan<ulong>(Keys, Count);

    /// <summary>The dictionary ids; empty when keys are numbers.</summary>
    public ReadOnlySpan<uint> KeyIdSpan => KeyIds == null ? default : new ReadOnlySpan<uint>(KeyIds, Count);

    /// <summary>The event times in nanoseconds since 1970 UTC.</summary>
    public ReadOnlySpan<long> TimeSpan => new(Times, Count);

    /// <summary>The source position; empty when the frame has none.</summary>
    public ReadOnlySpan<byte> Position => new(PositionPointer, PositionBytes);

    internal ulong* Keys { get; set; }

    internal uint* KeyIds { get; set; }

    internal long* Times { get; set; }

    internal byte* PositionPointer { get; set; }

    internal int PositionBytes { get; set; }

    /// <summary>The values of a field.</summary>
    /// <param name="ordinal">The field's place in the producer's schema.</param>
    /// <returns>The values; empty when the frame lacks the field.</returns>
    public ReadOnlySpan<double> FieldSpan(int ordinal)
    {
        double* column = FieldColumn(ordinal);
        return column == null ? default : new ReadOnlySpan<double>(column, Count);
    }

    /// <summary>The values of a field for unsafe code.</summary>
    /// <param name="ordinal">The field's place in the producer's schema.</param>
    /// <returns>Null when the frame lacks the field.</returns>
    internal double* FieldColumn(int ordinal) => (double*)_fields[ordinal];

    internal bool HasField(int ordinal) => (FieldMask & (1UL << ordinal)) != 0;

    internal void SetField(int ordinal, double* column)
    {
        _fields[ordinal] = (nint)column;
        FieldMask |= 1UL << ordinal;
    }

    internal void Reset(int count)
    {
        Count = count;
        KeyIsConstant = false;
        MaxKeyId = 0;
        for (ulong mask = FieldMask; mask != 0; mask &= mask - 1)
        {
            _fields[BitOperations.TrailingZeroCount(mask)] = 0; // the others are empty already
        }

        FieldMask = 0;
        Keys = null;
        KeyIds = null;
        Times = null;
        PositionPointer = null;
        PositionBytes = 0;
    }
}
