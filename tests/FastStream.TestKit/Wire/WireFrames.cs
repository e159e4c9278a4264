using System.Buffers;
using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.TestKit.Model;

namespace FastStream.TestKit.Wire;

/// <summary>Frames of the model as bytes of the wire.</summary>
internal static class WireFrames
{
    /// <summary>The schema number that all frames carry.</summary>
    public const uint SchemaId = 1;

    private const int DictionaryBytes = 1 << 10; // header and so on

    /// <summary>
    /// Encodes a sequenced frame. Column i holds the stream's field <paramref name="fieldOfColumn"/>[i]: a producer may
    /// order its columns as it likes. A frame that is to be unreadable gets keys of the other kind.
    /// </summary>
    public static byte[] Encode(
        ModelFrame frame, bool textKeys, ReadOnlySpan<int> fieldOfColumn, EncodingMode mode, bool compress = false)
    {
        ulong sequence = (ulong)frame.Sequence;
        ArrayBufferWriter<byte> output = new();
        switch (frame.Kind)
        {
            case ModelFrameKind.Time:
                ClientFrameWriter.WriteTime(output, sequence, frame.TimeNs);
                return output.WrittenSpan.ToArray();
            case ModelFrameKind.End:
                ClientFrameWriter.WriteEnd(output, sequence);
                return output.WrittenSpan.ToArray();
            case ModelFrameKind.Dictionary:
                return EncodeDictionary(frame, sequence);
            default:
                // Raw, since a constant key is encoded alike for both kinds of key.
                return frame.Undecodable
                    ? EncodeData(frame, !textKeys, fieldOfColumn, EncodingMode.Raw, compress)
                    : EncodeData(frame, textKeys, fieldOfColumn, mode, compress);
        }
    }

    private static byte[] EncodeDictionary(ModelFrame frame, ulong sequence)
    {
        byte[] bytes = new byte[DictionaryBytes + frame.Names.Sum(name => 4 * (name.Length + 4))];
        DictionaryFrameBuilder builder = new(bytes, (uint)frame.FirstId);
        foreach (string name in frame.Names)
        {
            if (!builder.TryAdd(Encoding.UTF8.GetBytes(name)))
            {
                throw new InvalidOperationException($"{frame.Names.Count} names do not fit in {bytes.Length} bytes");
            }
        }

        return bytes[..builder.Finish(sequence)];
    }

    private static byte[] EncodeData(
        ModelFrame frame, bool keyIds, ReadOnlySpan<int> fieldOfColumn, EncodingMode mode, bool compress)
    {
        IReadOnlyList<ModelRecord> records = frame.Records;
        byte[] bytes = new byte[DataFrameWriter.MaxFrameBytes(records.Count, fieldOfColumn.Length, 0)];
        DataFrameWriter writer = new(bytes, records.Count, 2 + fieldOfColumn.Length, mode);
        if (keyIds)
        {
            writer.AddKeyIds(records.Select(record => (uint)record.Key).ToArray());
        }
        else
        {
            writer.AddKeys(records.Select(record => record.Key).ToArray());
        }

        writer.AddTimes(records.Select(record => record.TimeNs).ToArray());
        for (int column = 0; column < fieldOfColumn.Length; column++)
        {
            int field = fieldOfColumn[column];
            writer.AddField(column, records.Select(record => record.Value(field)).ToArray());
        }

        byte[] compression = compress ? new byte[bytes.Length] : [];
        return bytes[..writer.Finish(SchemaId, (ulong)frame.Sequence, compression)];
    }
}
