using System.Collections.Immutable;

namespace FastStream.Engine.Definitions;

/// <summary>
/// A continuous query over a stream: filter, window, group, aggregates, lateness. Immutable; two are equal when name,
/// stream, id and text form are.
/// </summary>
public sealed record ViewDefinition
{
    /// <summary>The view's name, unique in its stream.</summary>
    public required string Name { get; init; }

    /// <summary>The stream it looks at.</summary>
    public required string Stream { get; init; }

    /// <summary>Number given by the engine when the view is journaled, never reused in its stream; 0 before.</summary>
    public int Id { get; init; }

    /// <summary>The condition records must meet; null lets all in.</summary>
    public FieldExpression? Filter { get; init; }

    /// <summary>How event time is cut.</summary>
    public required WindowDefinition Window { get; init; }

    /// <summary>How long after a window's end its source's records are still taken, in nanoseconds.</summary>
    public long LatenessNs { get; init; }

    /// <summary>A row for each key, or one over all.</summary>
    public GroupBy GroupBy { get; init; } = GroupBy.Key;

    /// <summary>What is computed, in the order results show it.</summary>
    public required ImmutableArray<AggregateDefinition> Aggregates { get; init; }

    /// <summary>What happens to a late record.</summary>
    public LatePolicy LatePolicy { get; init; } = LatePolicy.Drop;

    /// <summary>Text form: <c>tumbling 1h late 6h [where EXPR] by key|over all: count, mean(delay)</c>.</summary>
    public string Text => ViewText.Format(this);

    /// <summary>Reads the text form.</summary>
    /// <exception cref="DefinitionException">Not a view's text; the message says where and what to do.</exception>
    public static ViewDefinition Parse(string stream, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ViewText.Parse(stream, name, text);
    }

    /// <summary>
    /// The view of a stream that was created by a producer's first hello: <c>1m</c>, one minute, an hour of lateness
    /// (so
    /// that neither disorder nor a producer that starts a little later loses records unasked), per key count and sum,
    /// min, max, mean of each field, of the first fields only where
    /// <see cref="DefinitionLimits.MaxAggregateCount"/> leaves no room for more.
    /// </summary>
    public static ViewDefinition DefaultFor(StreamDefinition stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        const int AggregatesAField = 4;
        ImmutableArray<AggregateDefinition>.Builder aggregates = ImmutableArray.CreateBuilder<AggregateDefinition>();
        aggregates.Add(new AggregateDefinition(AggregateNames.Count, null));
        foreach (string field in stream.Fields)
        {
            if (aggregates.Count + AggregatesAField > DefinitionLimits.MaxAggregateCount)
            {
                break;
            }

            aggregates.Add(new AggregateDefinition(AggregateNames.Sum, field));
            aggregates.Add(new AggregateDefinition(AggregateNames.Min, field));
            aggregates.Add(new AggregateDefinition(AggregateNames.Max, field));
            aggregates.Add(new AggregateDefinition(AggregateNames.Mean, field));
        }

        return new ViewDefinition
        {
            Name = "1m",
            Stream = stream.Name,
            Window = WindowDefinition.TumblingNs(60_000_000_000),
            LatenessNs = 3_600_000_000_000,
            Aggregates = aggregates.ToImmutable(),
        };
    }

    /// <summary>Equal stream, name, id and text form.</summary>
    public bool Equals(ViewDefinition? other) =>
        other is not null && Stream == other.Stream && Name == other.Name && Id == other.Id && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stream, Name, Id, Text);

    /// <summary>The text form.</summary>
    public override string ToString() => Text;

    /// <summary>Checks names, limits and aggregates, and that the stream has every field that is named.</summary>
    /// <exception cref="DefinitionException">The first fault found.</exception>
    public void Validate(StreamDefinition stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if ((FindOwnFault() ?? FindFieldFault(stream)) is string fault)
        {
            throw new DefinitionException($"view \"{Name}\": {fault}");
        }
    }

    internal string? FindOwnFault()
    {
        if (!DefinitionNames.IsName(Name))
        {
            return $"a view cannot be called so: use {DefinitionNames.NameForm}";
        }

        if (LatenessNs is < 0 or > DefinitionLimits.MaxLatenessNs)
        {
            return $"lateness {LatenessNs} ns is outside 0s.."
                + $"{DurationText.Format(DefinitionLimits.MaxLatenessNs)}: use one inside";
        }

        if (Filter is { IsCondition: false })
        {
            return $"filter \"{Filter}\" is not a condition: compare it, such as {Filter} > 0";
        }

        return Window.FindFault() ?? FindAggregateFault() ?? StreamDefinition.FindLengthFault(Text);
    }

    private string? FindAggregateFault()
    {
        if (Aggregates.IsDefaultOrEmpty)
        {
            return "no aggregate: add one after the colon, such as count";
        }

        if (Aggregates.Length > DefinitionLimits.MaxAggregateCount)
        {
            return $"{Aggregates.Length} aggregates are too many: keep to {DefinitionLimits.MaxAggregateCount}";
        }

        HashSet<AggregateDefinition> seen = [];
        foreach (AggregateDefinition aggregate in Aggregates)
        {
            if (aggregate.FindFault() is string fault)
            {
                return fault;
            }

            if (!seen.Add(aggregate))
            {
                return $"{aggregate} stands twice: remove one";
            }
        }

        return null;
    }

    private string? FindFieldFault(StreamDefinition stream)
    {
        if (stream.Name != Stream)
        {
            return $"it is a view of stream \"{Stream}\", not of \"{stream.Name}\"";
        }

        IEnumerable<string> fields = Aggregates.Where(a => a.Field is not null).Select(a => a.Field!);
        return stream.FindUnknownField(fields.Concat(Filter?.Fields ?? []));
    }
}
