using FastStream.Engine.Journal;

namespace FastStream.Engine.Repair;

/// <summary>The causes of the entries of a results log, and where it has holes.</summary>
internal sealed class ResultsSurvey
{
    private readonly List<(long End, long Cause)> _entries = [];
    private readonly List<(LogHole Hole, int EntriesBefore, long LastEnd)> _holes = [];
    private long _lastEnd; // of the last sound entry of any kind
    private long _begin;

    /// <summary>For each hole, the newest cause before it.</summary>
    internal IReadOnlyList<long> BeforeHoles =>
        [.. _holes.Select(hole => hole.EntriesBefore > 0 ? _entries[hole.EntriesBefore - 1].Cause : 0)];

    internal static ResultsSurvey Of(LogSurvey? log)
    {
        ResultsSurvey survey = new();
        if (log is null)
        {
            survey._holes.Add((new LogHole(0, 0, 1, 1, null), 0, 0));
            return survey;
        }

        using DamagedLogScanner scanner = log.Scan();
        survey._begin = log.BeginAddress;
        survey._lastEnd = log.BeginAddress;
        int passed = 0;
        while (scanner.MoveNext(out _, out EntryHeader header, out _))
        {
            survey.Note(scanner, ref passed);
            survey._lastEnd = scanner.NextAddress;
            if (header.Kind == EntryKind.Results)
            {
                survey._entries.Add((scanner.NextAddress, (long)header.Epoch));
            }
        }

        survey.Note(scanner, ref passed);
        return survey;
    }

    /// <summary>
    /// Where the copy ends: before the first hole that the replay computes again, and before the first result that
    /// rests on a lost frame. Holes before that stay, filled.
    /// </summary>
    internal long FindEnd(long replayFrom, long firstLoss, out long kept, out long dropped)
    {
        long end = long.MaxValue;
        foreach ((_, int before, long lastEnd) in _holes)
        {
            bool isComputedAgain = before >= _entries.Count || _entries[before].Cause >= replayFrom;
            if (isComputedAgain)
            {
                end = lastEnd;
                break;
            }
        }

        int first = _entries.FindIndex(entry => entry.Cause >= firstLoss);
        if (first >= 0)
        {
            end = Math.Min(end, first == 0 ? _begin : _entries[first - 1].End);
        }

        kept = _entries.Count(entry => entry.End <= end);
        dropped = _entries.Count - kept;
        return end;
    }

    private void Note(DamagedLogScanner scanner, ref int passed)
    {
        for (; passed < scanner.Holes.Count; passed++)
        {
            if (RepairBase.IsLoss(scanner.Holes[passed]))
            {
                _holes.Add((scanner.Holes[passed], _entries.Count, _lastEnd));
            }
        }
    }
}
