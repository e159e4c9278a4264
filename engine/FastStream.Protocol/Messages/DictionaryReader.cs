namespace FastStream.Protocol.Messages;

/// <summary>
/// A dictionary: names for the ids from <see cref="FirstId"/> on. <see cref="TryRead"/> checks all entries;
/// <see cref="MoveNext"/> then goes through them and cannot fail.
/// </summary>
public ref struct DictionaryReader
{
    private PayloadCursor _entries;
    private int _left;

    private DictionaryReader(uint firstId, int count, ReadOnlySpan<byte> entries)
    {
        FirstId = firstId;
        Count = count;
        _entries = new PayloadCursor(entries);
        _left = count;
        Id = firstId - 1;
    }

    /// <summary>The id of the first entry.</summary>
    public uint FirstId { get; }

    /// <summary>How many entries; at least 1.</summary>
    public int Count { get; }

    /// <summary>The id of the current entry.</summary>
    public uint Id { get; private set; }

    /// <summary>The name of the current entry, UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The labels of the current entry; a copy can be walked more than once.</summary>
    public LabelReader Labels { get; private set; }

    /// <summary>Reads and checks the payload of a dictionary frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="dictionary">What it says, before its first entry.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out DictionaryReader dictionary)
    {
        PayloadCursor cursor = new(payload);
        uint firstId = cursor.ReadUInt32();
        uint count = cursor.ReadUInt32();
        cursor.FailUnless(count > 0 && count <= uint.MaxValue - firstId && count <= payload.Length);
        for (uint index = 0; index < count && cursor.Error == FrameError.None; index++)
        {
            _ = cursor.ReadText(1, WireFormat.MaxNameBytes);
            int labels = cursor.ReadUInt16();
            cursor.FailUnless(labels <= WireFormat.MaxLabelsPerEntry);
            for (int label = 0; label < labels && cursor.Error == FrameError.None; label++)
            {
                _ = cursor.ReadText(1, WireFormat.MaxNameBytes);
                _ = cursor.ReadText(0, WireFormat.MaxNameBytes);
            }
        }

        FrameError error = cursor.Finish();
        dictionary = error == FrameError.None ? new DictionaryReader(firstId, (int)count, payload[8..]) : default;
        return error;
    }

    /// <summary>Goes to the next entry.</summary>
    /// <returns>False after the last.</returns>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Id++;
        Name = _entries.ReadBytes(WireFormat.MaxNameBytes);
        int labels = _entries.ReadUInt16();
        Labels = new LabelReader(labels, _entries);
        for (int index = 0; index < 2 * labels; index++)
        {
            _ = _entries.ReadBytes(WireFormat.MaxNameBytes);
        }

        return true;
    }
}
