using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>
/// Columns that the application's thread fills and the sending thread turns into frames.
/// <para>
/// Protocol: (1) the application writes record n into the columns, then publishes n + 1 (release). (2) The sending
/// thread reads the published count (acquire) and takes records up to it; a published record never changes until
/// (3) the application has closed the buffer, the sending thread has taken it up to its closed count and handed it back
/// through the queue, whose lock orders the two. So the sending thread may take a part at any time, and neither waits
/// for the other.
/// </para>
/// </summary>
internal sealed class ColumnBuffer
{
    private readonly byte[] _position = new byte[WireFormat.MaxPositionBytes];
    private readonly Lock _markGate = new();
    private int _published;
    private int _markCount;
    private int _positionBytes;

    public ColumnBuffer(int capacity, int fieldCount, KeyKind keyKind)
    {
        Capacity = capacity;
        Keys = keyKind == KeyKind.U64 ? new ulong[capacity] : [];
        KeyIds = keyKind == KeyKind.Text ? new uint[capacity] : [];
        Times = new long[capacity];
        Fields = new double[capacity * fieldCount];
    }

    public int Capacity { get; }

    public ulong[] Keys { get; }

    public uint[] KeyIds { get; }

    public long[] Times { get; }

    /// <summary>Field f of record n stands at f * Capacity + n.</summary>
    public double[] Fields { get; }

    /// <summary>Records that the sending thread has taken; its alone.</summary>
    public int Taken { get; set; }

    /// <summary>Records to take in all, once the buffer is closed; written under the queue's lock.</summary>
    public int ClosedCount { get; set; }

    // Written by the application; the sending thread reads it with PublishedCount.
    public void Publish(int count) => Volatile.Write(ref _published, count);

    // Pairs with Publish: what it counts has been written.
    public int PublishedCount() => Volatile.Read(ref _published);

    /// <summary>Says that all records so far come before this source position. Application's thread.</summary>
    public void Mark(int count, ReadOnlySpan<byte> position)
    {
        lock (_markGate)
        {
            position.CopyTo(_position);
            _positionBytes = position.Length;
            _markCount = count;
        }
    }

    /// <summary>The records before the last position, and the position; 0 for no position.</summary>
    public int ReadMark(Span<byte> position, out int positionBytes)
    {
        lock (_markGate)
        {
            positionBytes = _positionBytes;
            _position.AsSpan(0, positionBytes).CopyTo(position);
            return _markCount;
        }
    }

    /// <summary>Copies the records from a place on into an empty buffer. Application's thread.</summary>
    public void CopyTail(int from, int count, ColumnBuffer target)
    {
        int tail = count - from;
        if (Keys.Length > 0)
        {
            Keys.AsSpan(from, tail).CopyTo(target.Keys);
        }
        else
        {
            KeyIds.AsSpan(from, tail).CopyTo(target.KeyIds);
        }

        Times.AsSpan(from, tail).CopyTo(target.Times);
        for (int start = 0; start < Fields.Length; start += Capacity)
        {
            Fields.AsSpan(start + from, tail).CopyTo(target.Fields.AsSpan(start));
        }

        target.Publish(tail);
    }

    /// <summary>Makes the buffer empty. Its owner calls it, while no other thread sees the buffer.</summary>
    public void Reset()
    {
        Publish(0);
        Taken = 0;
        ClosedCount = 0;
        _markCount = 0;
        _positionBytes = 0;
    }
}
