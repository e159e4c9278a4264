using System.Buffers.Binary;

namespace FastStream.Protocol.Messages;

/// <summary>Builds a dictionary frame entry by entry in the caller's memory, without allocating.</summary>
public ref struct DictionaryFrameBuilder
{
    private readonly Span<byte> _frame;
    private readonly uint _firstId;
    private int _offset;
    private int _labelsAt;

    /// <summary>Starts a frame.</summary>
    /// <param name="frame">Where to, at least 128 bytes; its length is the most the frame may have.</param>
    /// <param name="firstId">The id of the first entry.</param>
    public DictionaryFrameBuilder(Span<byte> frame, uint firstId)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frame.Length, 2 * WireFormat.HeaderBytes, nameof(frame));
        _frame = frame;
        _firstId = firstId;
        _offset = WireFormat.HeaderBytes + 8;
        _labelsAt = 0;
    }

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an entry without labels.</summary>
    /// <param name="name">The name, 1 to 249 bytes of UTF-8.</param>
    /// <returns>False when the frame has no room for it; then it is unchanged.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public bool TryAdd(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > WireFormat.MaxNameBytes)
        {
            throw new ArgumentException($"A key's name has 1 to 249 bytes of UTF-8, not {name.Length}.", nameof(name));
        }

        if (!HasRoom((2 * sizeof(ushort)) + name.Length))
        {
            return false;
        }

        WriteCounted(name);
        _labelsAt = _offset;
        BinaryPrimitives.WriteUInt16LittleEndian(_frame[_offset..], 0);
        _offset += sizeof(ushort);
        Count++;
        return true;
    }

    /// <summary>Adds a label to the last entry.</summary>
    /// <param name="name">The label's name, 1 to 249 bytes of UTF-8.</param>
    /// <param name="value">The label's value, up to 249 bytes of UTF-8.</param>
    /// <returns>False when there is no room, no entry or no further label allowed.</returns>
    public bool TryAddLabel(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count == 0 || name.Length is 0 or > WireFormat.MaxNameBytes || value.Length > WireFormat.MaxNameBytes
            || !HasRoom((2 * sizeof(ushort)) + name.Length + value.Length))
        {
            return false;
        }

        Span<byte> labelCount = _frame[_labelsAt..];
        int labels = BinaryPrimitives.ReadUInt16LittleEndian(labelCount);
        if (labels == WireFormat.MaxLabelsPerEntry)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(labelCount, (ushort)(labels + 1));
        WriteCounted(name);
        WriteCounted(value);
        return true;
    }

    /// <summary>Fills up and sums the frame.</summary>
    /// <param name="sequence">The frame's sequence.</param>
    /// <returns>The bytes of the frame.</returns>
    public readonly int Finish(ulong sequence)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_frame[WireFormat.HeaderBytes..], _firstId);
        BinaryPrimitives.WriteUInt32LittleEndian(_frame[(WireFormat.HeaderBytes + 4)..], (uint)Count);
        int payloadBytes = _offset - WireFormat.HeaderBytes;
        int frameBytes = WireFormat.HeaderBytes + WireFormat.Align(payloadBytes);
        _frame[_offset..frameBytes].Clear();
        FrameHeader header = new()
        {
            Kind = FrameKind.Dictionary,
            Sequence = sequence,
            PayloadBytes = payloadBytes,
            RawPayloadBytes = payloadBytes,
            PayloadCrc32C = Crc32C.Compute(_frame[WireFormat.HeaderBytes..frameBytes]),
        };
        header.Write(_frame);
        return frameBytes;
    }

    private readonly bool HasRoom(int bytes) =>
        WireFormat.HeaderBytes + WireFormat.Align(_offset - WireFormat.HeaderBytes + bytes) <= _frame.Length;

    private void WriteCounted(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_frame[_offset..], (ushort)bytes.Length);
        bytes.CopyTo(_frame[(_offset + sizeof(ushort))..]);
        _offset += sizeof(ushort) + bytes.Length;
    }
}
