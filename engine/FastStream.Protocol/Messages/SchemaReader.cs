namespace FastStream.Protocol.Messages;

/// <summary>A schema: the names of the fields, in the order of the producer's columns.</summary>
public readonly ref struct SchemaReader
{
    private readonly ReadOnlySpan<byte> _names;

    private SchemaReader(int fieldCount, ReadOnlySpan<byte> names)
    {
        FieldCount = fieldCount;
        _names = names;
    }

    /// <summary>How many fields; at least 1.</summary>
    public int FieldCount { get; }

    /// <summary>Reads and checks the payload of a schema frame. Field names differ from each other.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="schema">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out SchemaReader schema)
    {
        PayloadCursor cursor = new(payload);
        int count = cursor.ReadUInt16();
        cursor.ReadZeros(6);
        cursor.FailUnless(count is > 0 and <= WireFormat.MaxFieldCount);
        schema = new SchemaReader(count, payload.Length < 8 ? default : payload[8..]);
        for (int index = 0; index < count && cursor.Error == FrameError.None; index++)
        {
            ReadOnlySpan<byte> name = cursor.ReadText(1, WireFormat.MaxNameBytes);
            if (cursor.Error == FrameError.None && schema.IndexOf(name, index) >= 0)
            {
                cursor.Fail(FrameError.BadName);
            }
        }

        return cursor.Finish();
    }

    /// <summary>The name of a field.</summary>
    /// <param name="ordinal">From 0 to <see cref="FieldCount"/> - 1.</param>
    /// <returns>UTF-8, a view into the payload.</returns>
    public ReadOnlySpan<byte> Name(int ordinal)
    {
        PayloadCursor cursor = new(_names);
        for (int index = 0; index < ordinal; index++)
        {
            _ = cursor.ReadBytes(WireFormat.MaxNameBytes);
        }

        return cursor.ReadBytes(WireFormat.MaxNameBytes);
    }

    private int IndexOf(ReadOnlySpan<byte> name, int count)
    {
        PayloadCursor cursor = new(_names);
        for (int index = 0; index < count; index++)
        {
            if (cursor.ReadBytes(WireFormat.MaxNameBytes).SequenceEqual(name))
            {
                return index;
            }
        }

        return -1;
    }
}
