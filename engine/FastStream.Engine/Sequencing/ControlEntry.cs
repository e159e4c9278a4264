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
    /// <summary>A producer's number in <see cref="Producers"/>.</summary>
    public const int ProducerBytes = 4;

    /// <summary><c>name LF text form</c> of a stream.</summary>
    public static byte[] Stream(StreamDefinition definition) =>
        Encoding.UTF8.GetBytes($"{definition.Name}\n{definition.Text}");

    public static StreamDefinition ReadStream(ReadOnlySpan<byte> payload)
    {
        (string name, string text) = SplitAtLine(payload);
        return Sound(() => StreamDefinition.Parse(name, text));
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
        long firstWindowStart = ReadNumber(payload);
        (string name, string text) = SplitAtLine(payload[sizeof(long)..]);
        ViewDefinition view = Sound(() => ViewDefinition.Parse(stream, name, text));
        return new ViewEntry(view with { Id = id }, firstWindowStart);
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
        if (payload.Length % sizeof(ushort) != 0)
        {
            throw new InvalidDataException($"A layout in the journal has {payload.Length} bytes.");
        }

        int[] ordinals = new int[payload.Length / sizeof(ushort)];
        for (int i = 0; i < ordinals.Length; i++)
        {
            ordinals[i] = BinaryPrimitives.ReadUInt16LittleEndian(payload[(2 * i)..]);
        }

        return ordinals;
    }

    /// <summary>u32 number of each producer.</summary>
    public static byte[] Producers(IReadOnlyList<ProducerState> producers)
    {
        byte[] payload = new byte[ProducerBytes * producers.Count];
        for (int i = 0; i < producers.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(ProducerBytes * i), (uint)producers[i].Id);
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

    /// <summary>The i64 that a payload begins with.</summary>
    public static long ReadNumber(ReadOnlySpan<byte> payload) => payload.Length >= sizeof(long)
        ? BinaryPrimitives.ReadInt64LittleEndian(payload)
        : throw new InvalidDataException($"An entry in the journal has {payload.Length} bytes where a number begins.");

    // A definition was checked before it was journaled: one that cannot be read is damage and no user's mistake.
    private static T Sound<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (DefinitionException fault)
        {
            throw new InvalidDataException($"A definition in the journal cannot be read: {fault.Message}", fault);
        }
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
