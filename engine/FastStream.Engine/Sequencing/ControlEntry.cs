using System.Buffers.Binary;
using System.Text;
using FastStream.Engine.Definitions;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// The payloads of the journal's control entries: plain text for definitions, little-endian numbers for the rest.
/// Frozen: today's journals must open in later versions.
/// </summary>
internal static class ControlEntry
{
    /// <summary><c>name LF text form</c> of a stream.</summary>
    public static byte[] Stream(StreamDefinition definition) =>
        Encoding.UTF8.GetBytes($"{definition.Name}\n{definition.Text}");

    public static StreamDefinition ReadStream(ReadOnlySpan<byte> payload)
    {
        (string name, string text) = SplitAtLine(payload);
        return StreamDefinition.Parse(name, text);
    }

    /// <summary>i64 start of the first window, then <c>name LF text form</c> of a view.</summary>
    public static byte[] View(ViewDefinition definition, long firstWindowStart)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{definition.Name}\n{definition.Text}");
        byte[] payload = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(payload, firstWindowStart);
        text.CopyTo(payload, 8);
        return payload;
    }

    public static ViewEntry ReadView(string stream, int id, ReadOnlySpan<byte> payload)
    {
        long firstWindowStart = BinaryPrimitives.ReadInt64LittleEndian(payload);
        (string name, string text) = SplitAtLine(payload[8..]);
        return new ViewEntry(ViewDefinition.Parse(stream, name, text) with { Id = id }, firstWindowStart);
    }

    /// <summary>u16 stream field ordinal of each column.</summary>
    public static byte[] Layout(ReadOnlySpan<int> fieldOrdinals)
    {
        byte[] payload = new byte[2 * fieldOrdinals.Length];
        for (int i = 0; i < fieldOrdinals.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(2 * i), (ushort)fieldOrdinals[i]);
        }

        return payload;
    }

    public static int[] ReadLayout(ReadOnlySpan<byte> payload)
    {
        int[] ordinals = new int[payload.Length / 2];
        for (int i = 0; i < ordinals.Length; i++)
        {
            ordinals[i] = BinaryPrimitives.ReadUInt16LittleEndian(payload[(2 * i)..]);
        }

        return ordinals;
    }

    /// <summary>u32 number of each producer.</summary>
    public static byte[] Producers(IReadOnlyList<ProducerState> producers)
    {
        byte[] payload = new byte[4 * producers.Count];
        for (int i = 0; i < producers.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(4 * i), (uint)producers[i].Id);
        }

        return payload;
    }

    /// <summary>One i64.</summary>
    public static byte[] Number(long value)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(payload, value);
        return payload;
    }

    private static (string Name, string Text) SplitAtLine(ReadOnlySpan<byte> payload)
    {
        int end = payload.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new InvalidDataException("A definition in the journal lacks the line break after its name.");
        }

        return (Encoding.UTF8.GetString(payload[..end]), Encoding.UTF8.GetString(payload[(end + 1)..]));
    }
}
