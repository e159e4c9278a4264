using System.Runtime.InteropServices;
using FastStream.Engine.Ingress;
using FastStream.Engine.Sequencing;
using FastStream.Protocol;

namespace FastStream.Engine.Partitions;

/// <summary>
/// Brings a decoded frame into the stream's terms: columns by stream field ordinal, text keys as key numbers.
/// </summary>
/// <remarks>Owner: one partition thread; what it returns is valid until its next call.</remarks>
internal sealed unsafe class ColumnResolver : IDisposable
{
    private readonly double** _fields =
        (double**)NativeMemory.AllocZeroed(WireFormat.MaxFieldCount, (nuint)sizeof(double*));

    private readonly ulong* _keys =
        (ulong*)NativeMemory.AlignedAlloc(WireFormat.MaxRecordsPerFrame * sizeof(ulong), 64);

    private bool _isFreed;

    ~ColumnResolver() => Free();

    public FrameColumns Resolve(FrameSlot slot, ReadOnlySpan<ushort> rows)
    {
        InboundFrame frame = slot.Frame!;
        RecordBatch batch = frame.Batch;
        int fieldCount = slot.Stream!.Definition.Fields.Length;
        new Span<nint>(_fields, fieldCount).Clear();
        int[] ordinals = slot.Layout!.FieldOrdinals;
        for (int column = 0; column < ordinals.Length; column++)
        {
            _fields[ordinals[column]] = batch.FieldColumn(column); // null where the frame lacks it
        }

        return new FrameColumns
        {
            Count = batch.Count,
            Times = batch.Times,
            Keys = slot.Dictionary is null ? batch.Keys : NumbersOf(batch, slot.Dictionary, rows),
            Fields = _fields,
            FieldCount = fieldCount,
            MinTime = batch.MinTime,
            MaxTime = batch.MaxTime,
            TimesAscending = batch.TimesAscending,
            HasOneKey = batch.KeyIsConstant,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    // Only this partition's rows are looked up; the others' places keep stale numbers that nobody reads.
    private ulong* NumbersOf(RecordBatch batch, ulong[] dictionary, ReadOnlySpan<ushort> rows)
    {
        uint* ids = batch.KeyIds;
        foreach (ushort row in rows)
        {
            _keys[row] = dictionary[ids[row]];
        }

        return _keys;
    }

    private void Free()
    {
        if (!_isFreed)
        {
            _isFreed = true;
            NativeMemory.Free(_fields);
            NativeMemory.AlignedFree(_keys);
        }
    }
}
