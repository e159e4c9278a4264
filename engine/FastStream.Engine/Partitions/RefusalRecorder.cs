using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Preparation;

namespace FastStream.Engine.Partitions;

/// <summary>
/// Counts a frame's refused records under their reason, lists the first for the ack and keeps samples of rules.
/// One a stream and partition; knows the frame in hand between <see cref="Begin"/> and its end.
/// </summary>
internal sealed unsafe class RefusalRecorder(StreamCounters counters) : IRefusalSink
{
    private int[] _ruleFields = [];
    private FrameColumns _columns;
    private long _address;
    private FrameOutcome _outcome;

    /// <summary>What became of the frame in hand; the views add to it.</summary>
    public ref FrameOutcome Outcome => ref _outcome;

    /// <summary>Learns which field each rule looks at.</summary>
    public void SetStream(StreamDefinition stream)
    {
        _ruleFields = [.. stream.Rules.Select(r => stream.OrdinalOf(r.Field))];
        counters.EnsureRules(stream.Rules.Length + 1);
    }

    /// <summary>Takes on a frame.</summary>
    public void Begin(long address, in FrameColumns columns)
    {
        _address = address;
        _columns = columns;
        _outcome.Accepted = 0;
        _outcome.Refused = 0;
        _outcome.TimeRange = 0;
        _outcome.Future = 0;
        _outcome.KeyLimit = 0;
        _outcome.Late = 0;
        _outcome.RefusalCount = 0;
    }

    /// <inheritdoc/>
    public void Refuse(int ruleOrdinal, ReadOnlySpan<ushort> rows)
    {
        counters.CountRefused(ruleOrdinal, rows.Length);
        _outcome.Refused += rows.Length;
        List(rows, RefusalReason.OfRule(ruleOrdinal));
        RefusalSamples samples = counters.SamplesOf(ruleOrdinal);
        foreach (ushort row in rows[Math.Max(0, rows.Length - RefusalSamples.Capacity)..])
        {
            samples.Add(new RefusalSample(
                _address, row, _columns.Keys[row], _columns.Times[row], ValueFor(ruleOrdinal, row)));
        }
    }

    /// <summary>Counts a record too far ahead.</summary>
    public void RefuseFuture(ushort row)
    {
        counters.Future++;
        _outcome.Future++;
        _outcome.AddRefusal(row, RefusalReason.Future);
    }

    /// <summary>Counts a record whose time is out of range.</summary>
    public void RefuseTimeRange(ushort row)
    {
        counters.TimeRange++;
        _outcome.Refused++;
        _outcome.TimeRange++;
        _outcome.AddRefusal(row, RefusalReason.TimeRange);
    }

    /// <summary>Counts a record whose key found no room.</summary>
    public void RefuseKey(ushort row)
    {
        counters.KeyLimit++;
        _outcome.KeyLimit++;
        _outcome.AddRefusal(row, RefusalReason.KeyLimit);
    }

    private void List(ReadOnlySpan<ushort> rows, ushort reason)
    {
        foreach (ushort row in rows[..Math.Min(rows.Length, FrameOutcome.MaxRefusals)])
        {
            _outcome.AddRefusal(row, reason);
        }
    }

    // As sent, before any rule changed it. The default policy looks at all fields: the first infinite one is meant.
    private double ValueFor(int ruleOrdinal, int row)
    {
        if (ruleOrdinal != StreamDefinition.DefaultInfinityRule)
        {
            double* column = _columns.Field(_ruleFields[ruleOrdinal - 1]);
            return column == null ? double.NaN : column[row];
        }

        for (int field = 0; field < _columns.FieldCount; field++)
        {
            double* column = _columns.Field(field);
            if (column != null && double.IsInfinity(column[row]))
            {
                return column[row];
            }
        }

        return double.NaN;
    }
}
