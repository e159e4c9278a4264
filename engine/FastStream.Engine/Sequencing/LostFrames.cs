namespace FastStream.Engine.Sequencing;

/// <summary>
/// Sequences of one producer's epoch that a repair found lost. Each may be delivered again, once: what a producer
/// resends then takes the place that it had.
/// </summary>
/// <remarks>Owner: the sequencer thread, or the replay before it. Nearly always empty.</remarks>
internal sealed class LostFrames
{
    private readonly List<(ulong From, ulong Until)> _ranges = [];

    /// <summary>Ranges, rising; both ends are lost.</summary>
    public IReadOnlyList<(ulong From, ulong Until)> Ranges => _ranges;

    public bool Contains(ulong sequence)
    {
        foreach ((ulong from, ulong until) in _ranges)
        {
            if (sequence >= from && sequence <= until)
            {
                return true;
            }
        }

        return false;
    }

    public void Add(ulong from, ulong until) => _ranges.Add((from, until));

    /// <summary>The frame has come again.</summary>
    public void Remove(ulong sequence)
    {
        int index = _ranges.FindIndex(range => sequence >= range.From && sequence <= range.Until);
        if (index < 0)
        {
            return;
        }

        (ulong from, ulong until) = _ranges[index];
        _ranges.RemoveAt(index);
        if (sequence < until)
        {
            _ranges.Insert(index, (sequence + 1, until));
        }

        if (sequence > from)
        {
            _ranges.Insert(index, (from, sequence - 1));
        }
    }

    public void Clear() => _ranges.Clear();
}
