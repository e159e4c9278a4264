using System.Runtime.CompilerServices;
using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>
/// The application's side of the columns: puts records into the open buffer and exchanges it when it is full. Owner:
/// the application's thread.
/// </summary>
internal sealed class RecordAppender
{
    private readonly ProducerState _state;
    private readonly int _fieldCount;
    private readonly KeyKind _keyKind;

    // The capacity, or 0 when records have several fields or text keys: then the fast path for one field and a number
    // always takes the slow turn, which says what is wrong.
    private readonly int _singleLimit;
    private ColumnBuffer _buffer;
    private int _count;
    private int _markCount;

    public RecordAppender(ProducerState state)
    {
        _state = state;
        _buffer = state.Current;
        _fieldCount = state.Options.Fields.Count;
        _keyKind = state.Options.KeyKind;
        _singleLimit = _fieldCount == 1 && _keyKind == KeyKind.U64 ? _buffer.Capacity : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ulong key, long timeNs, double value)
    {
        ColumnBuffer buffer = _buffer;
        int index = _count;
        if (index >= _singleLimit)
        {
            (buffer, index) = MakeRoomSlow(1, KeyKind.U64);
        }

        buffer.Keys[index] = key;
        buffer.Times[index] = timeNs;
        buffer.Fields[index] = value;
        _count = index + 1;
        buffer.Publish(index + 1);
    }

    public void Append(ulong key, long timeNs, ReadOnlySpan<double> values)
    {
        (ColumnBuffer buffer, int index) = MakeRoom(values.Length, KeyKind.U64);
        buffer.Keys[index] = key;
        Fill(buffer, index, timeNs, values);
    }

    public void AppendId(uint keyId, long timeNs, ReadOnlySpan<double> values)
    {
        (ColumnBuffer buffer, int index) = MakeRoom(values.Length, KeyKind.Text);
        buffer.KeyIds[index] = keyId;
        Fill(buffer, index, timeNs, values);
    }

    /// <summary>Keys or ids, as the kind says; the fields' columns stand one behind the other.</summary>
    public void AppendColumns(
        ReadOnlySpan<ulong> keys,
        ReadOnlySpan<uint> keyIds,
        ReadOnlySpan<long> timesNs,
        ReadOnlySpan<double> fields,
        KeyKind keyKind)
    {
        int total = keys.Length + keyIds.Length;
        if (timesNs.Length != total || fields.Length != total * _fieldCount)
        {
            throw new ArgumentException(
                $"{total} keys need as many times, not {timesNs.Length}, and {_fieldCount} values each, "
                + $"not {fields.Length} in all.");
        }

        for (int from = 0; from < total;)
        {
            (ColumnBuffer buffer, int index) = MakeRoom(_fieldCount, keyKind);
            int count = Math.Min(buffer.Capacity - index, total - from);
            if (keyKind == KeyKind.U64)
            {
                keys.Slice(from, count).CopyTo(buffer.Keys.AsSpan(index));
            }
            else
            {
                keyIds.Slice(from, count).CopyTo(buffer.KeyIds.AsSpan(index));
            }

            CopyColumns(buffer, index, timesNs, fields, from, count);
            from += count;
        }
    }

    public void Mark(ReadOnlySpan<byte> position)
    {
        _state.PositionsAreUsed = true;
        _buffer.Mark(_count, position);
        _markCount = _count;
    }

    /// <summary>Whether a record can be appended without waiting.</summary>
    public bool TryMakeRoom() => _count < _buffer.Capacity || TryRotate(FullCount(), false);

    /// <summary>Hands over what there is, full or not.</summary>
    public void Rotate()
    {
        if (_count > 0)
        {
            _ = TryRotate(_count, true);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (ColumnBuffer Buffer, int Index) MakeRoom(int valueCount, KeyKind keyKind) =>
        _count < _buffer.Capacity && valueCount == _fieldCount && keyKind == _keyKind
            ? (_buffer, _count)
            : MakeRoomSlow(valueCount, keyKind);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (ColumnBuffer Buffer, int Index) MakeRoomSlow(int valueCount, KeyKind keyKind)
    {
        if (valueCount != _fieldCount)
        {
            throw new ArgumentException($"A record of this producer has {_fieldCount} fields, not {valueCount}.");
        }

        if (keyKind != _keyKind)
        {
            throw new InvalidOperationException($"This producer's keys are {_keyKind}, not {keyKind}.");
        }

        if (_count >= _buffer.Capacity)
        {
            _ = TryRotate(FullCount(), true);
        }

        return (_buffer, _count);
    }

    // A full buffer is closed at the last source position in it, and what lies behind waits for the next.
    private int FullCount() => _markCount > 0 ? _markCount : _count;

    private bool TryRotate(int closedCount, bool mayWait)
    {
        ColumnBuffer? next = _state.Exchange(closedCount, mayWait);
        if (next is null)
        {
            return false;
        }

        _buffer = next;
        _count = next.PublishedCount();
        _markCount = 0;
        return true;
    }

    private void Fill(ColumnBuffer buffer, int index, long timeNs, ReadOnlySpan<double> values)
    {
        buffer.Times[index] = timeNs;
        double[] fields = buffer.Fields;
        for (int field = 0, at = index; field < values.Length; field++, at += buffer.Capacity)
        {
            fields[at] = values[field];
        }

        _count = index + 1;
        buffer.Publish(index + 1);
    }

    private void CopyColumns(
        ColumnBuffer buffer, int index, ReadOnlySpan<long> timesNs, ReadOnlySpan<double> fields, int from, int count)
    {
        timesNs.Slice(from, count).CopyTo(buffer.Times.AsSpan(index));
        for (int field = 0; field < _fieldCount; field++)
        {
            fields.Slice((field * timesNs.Length) + from, count)
                .CopyTo(buffer.Fields.AsSpan((field * buffer.Capacity) + index));
        }

        _count = index + count;
        buffer.Publish(_count);
    }
}
