namespace FastStream.Engine.Results;

/// <summary>
/// Knows entry addresses of a log and when they were written, sparsely, so that retention finds where to cut without
/// reading. For one thread.
/// </summary>
/// <remarks>
/// A mark each <see cref="SpacingBytes"/> of log, and on quiet logs each <see cref="SpacingNs"/> up to
/// <see cref="TimedMarkLimit"/> of them: a TiB of log has about a million marks of 16 bytes.
/// </remarks>
internal sealed class RetentionMarks(int capacity = RetentionMarks.InitialCapacity)
{
    internal const long SpacingBytes = 1 << 20;
    internal const long SpacingNs = 1_000_000_000;
    internal const int TimedMarkLimit = 100_000;

    // Room for 4 GiB of log, so that its doubling is rare on the threads that note entries.
    private const int InitialCapacity = 4_096;

    private readonly List<(long Address, long WrittenNs)> _marks = new(capacity);
    private long _cut = -1;

    internal int Count => _marks.Count;

    /// <summary>An entry was written; addresses rise.</summary>
    internal void Note(long address, long writtenNs)
    {
        if (_marks.Count > 0)
        {
            (long Address, long WrittenNs) last = _marks[^1];
            writtenNs = Math.Max(last.WrittenNs, writtenNs); // a clock that steps back makes nothing younger
            bool isTimed = writtenNs - last.WrittenNs >= SpacingNs && _marks.Count < TimedMarkLimit;
            if (address - last.Address < SpacingBytes && !isTimed)
            {
                return;
            }
        }

        _marks.Add((address, writtenNs));
    }

    /// <summary>
    /// The address before which a log with this tail may be cut: the last mark, not above
    /// <paramref name="floorAddress"/>, that is older than the policy's age or has at least the policy's bytes after
    /// it. -1 when that is no more than the last answer.
    /// </summary>
    internal long TakeCut(RetentionPolicy policy, long tailAddress, long nowNs, long floorAddress)
    {
        const long NsPerTick = 100;
        long oldestKeptNs = policy.MaxAge is TimeSpan age ? nowNs - age.Ticks * NsPerTick : long.MinValue;
        int last = -1;
        for (int i = 0; i < _marks.Count && _marks[i].Address <= floorAddress; i++)
        {
            bool isTooMuch = policy.MaxBytes is long bytes && tailAddress - _marks[i].Address >= bytes;
            if (!isTooMuch && _marks[i].WrittenNs >= oldestKeptNs)
            {
                break;
            }

            last = i;
        }

        if (last < 0 || _marks[last].Address <= _cut)
        {
            return -1;
        }

        _cut = _marks[last].Address;
        _marks.RemoveRange(0, last);
        return _cut;
    }
}
