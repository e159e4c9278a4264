namespace FastStream.Engine.Journal;

/// <summary>
/// Turns writes, which may end out of order at page borders, into one rising address below which all is written.
/// For the I/O thread alone.
/// </summary>
internal sealed class WrittenRange(long start)
{
    /// <summary>Pages ahead of a hole; never more than the log has pages in memory.</summary>
    private readonly List<(long From, long Until)> _ahead = [];

    internal long Until { get; private set; } = start;

    internal void Add(long from, long until)
    {
        if (from > Until)
        {
            _ahead.Add((from, until));
            return;
        }

        Until = Math.Max(Until, until);
        for (int index = 0; index < _ahead.Count; index++)
        {
            if (_ahead[index].From <= Until)
            {
                Until = Math.Max(Until, _ahead[index].Until);
                _ahead.RemoveAt(index);
                index = -1; // a closed hole may reach the next piece, wherever it stands in the list
            }
        }
    }
}
