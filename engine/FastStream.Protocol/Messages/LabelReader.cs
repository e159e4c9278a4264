namespace FastStream.Protocol.Messages;

/// <summary>The labels (name=value) of one dictionary entry, checked before.</summary>
public ref struct LabelReader
{
    private PayloadCursor _entries;
    private int _left;

    internal LabelReader(int count, PayloadCursor entries)
    {
        Count = count;
        _left = count;
        _entries = entries;
    }

    /// <summary>How many labels.</summary>
    public int Count { get; }

    /// <summary>The name of the current label, UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value of the current label, UTF-8; may be empty.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next label.</summary>
    /// <returns>False after the last.</returns>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Name = _entries.ReadBytes(WireFormat.MaxNameBytes);
        Value = _entries.ReadBytes(WireFormat.MaxNameBytes);
        return true;
    }
}
