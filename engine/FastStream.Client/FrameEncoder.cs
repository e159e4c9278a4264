using System.Buffers;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Client;

/// <summary>Turns pieces of a <see cref="ColumnBuffer"/> and control items into frames. Sending thread.</summary>
internal sealed class FrameEncoder : IBufferWriter<byte>
{
    private readonly ProducerOptions _options;
    private readonly KeyDictionary _dictionary;
    private readonly byte[] _position = new byte[WireFormat.MaxPositionBytes];
    private readonly byte[] _compression;
    private byte[] _block = [];
    private int _written;

    public FrameEncoder(ProducerOptions options, KeyDictionary dictionary, int capacity)
    {
        _options = options;
        _dictionary = dictionary;
        BlockBytes = BlockBytesFor(capacity, options.Fields.Count);
        _compression = options.Compress ? new byte[BlockBytes] : [];
    }

    /// <summary>Bytes of a block that takes any frame of this encoder.</summary>
    public int BlockBytes { get; }

    /// <summary>The most records that fit into a frame of this size, at least 1.</summary>
    public static int CapacityFor(int batchBytes, int fieldCount, in WelcomeFields limits)
    {
        int most = Math.Min(batchBytes, limits.MaxFrameBytes);
        int overhead = DataFrameWriter.MaxFrameBytes(1, fieldCount, 1) - WireFormat.HeaderBytes;
        int capacity = (most - overhead) / ((fieldCount + 2) * sizeof(ulong));

        // Full columns of whole cache lines where there is room for one.
        capacity = capacity >= 8 ? capacity & ~7 : Math.Max(capacity, 1);
        return Math.Min(capacity, limits.MaxRecordsPerFrame);
    }

    /// <summary>
    /// Writes the next frame for the records of the buffer up to the limit: new names first, then records up to the
    /// source position if there is one, then the rest.
    /// </summary>
    /// <returns>The frame's bytes, and whether the buffer has been taken up to the limit.</returns>
    public (int FrameBytes, bool IsDone) Encode(ColumnBuffer buffer, int limit, ulong sequence, byte[] block)
    {
        if (_options.KeyKind == KeyKind.Text && _dictionary.HasUnannounced())
        {
            return (_dictionary.WriteFrame(block, sequence), buffer.Taken == limit);
        }

        int mark = buffer.ReadMark(_position, out int positionBytes);
        bool hasPosition = mark > buffer.Taken && mark <= limit;
        int end = hasPosition ? mark : limit;
        int count = end - buffer.Taken;
        ReadOnlySpan<byte> position = hasPosition ? _position.AsSpan(0, positionBytes) : default;
        int columnCount = 2 + _options.Fields.Count + (position.IsEmpty ? 0 : 1);
        DataFrameWriter writer = new(block, count, columnCount, _options.Encoding);
        if (_options.KeyKind == KeyKind.Text)
        {
            writer.AddKeyIds(buffer.KeyIds.AsSpan(buffer.Taken, count));
        }
        else
        {
            writer.AddKeys(buffer.Keys.AsSpan(buffer.Taken, count));
        }

        writer.AddTimes(buffer.Times.AsSpan(buffer.Taken, count));
        for (int field = 0; field < _options.Fields.Count; field++)
        {
            writer.AddField(field, buffer.Fields.AsSpan((field * buffer.Capacity) + buffer.Taken, count));
        }

        if (!position.IsEmpty)
        {
            writer.AddPosition(position);
        }

        buffer.Taken = end;
        return (writer.Finish(Connection.SchemaId, sequence, _compression), end == limit);
    }

    public int EncodeControl(in WorkItem item, ulong sequence, byte[] block)
    {
        _block = block;
        _written = 0;
        if (item.IsEnd)
        {
            ClientFrameWriter.WriteEnd(this, sequence);
        }
        else
        {
            ClientFrameWriter.WriteTime(this, sequence, item.TimeNs.GetValueOrDefault());
        }

        return _written;
    }

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _block.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => _block.AsSpan(_written);

    // A dictionary frame of one long name must fit too.
    private static int BlockBytesFor(int capacity, int fieldCount) =>
        Math.Max(512, DataFrameWriter.MaxFrameBytes(capacity, fieldCount, WireFormat.MaxPositionBytes));
}
