using System.Collections.Immutable;

namespace FastStream.Engine.Definitions;

/// <summary>
/// Builds a view in code: <c>v.Tumbling(TimeSpan.FromHours(1)).Lateness(TimeSpan.FromHours(6)).Where("delay > 0")
/// .ByKey().Aggregate("delay", Count, Mean, Max)</c>. Not thread-safe; every call returns the same builder.
/// </summary>
public sealed class ViewBuilder
{
    private readonly string _stream;
    private readonly string _name;
    private readonly List<AggregateDefinition> _aggregates = [];
    private WindowDefinition? _window;
    private FieldExpression? _filter;
    private GroupBy _groupBy = GroupBy.Key;
    private long _latenessNs;

    /// <summary>Starts a view of a stream.</summary>
    public ViewBuilder(string stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    /// <summary>Windows of one size, end to end.</summary>
    public ViewBuilder Tumbling(TimeSpan size)
    {
        _window = WindowDefinition.Tumbling(size);
        return this;
    }

    /// <summary>How long after a window's end its source's records are still taken; default none.</summary>
    public ViewBuilder Lateness(TimeSpan lateness)
    {
        _latenessNs = DurationText.ToNs(lateness);
        return this;
    }

    /// <summary>The condition records must meet, in text: <c>delay > 0 and distance != 0</c>.</summary>
    public ViewBuilder Where(string condition)
    {
        _filter = FieldExpression.ParseCondition(condition);
        return this;
    }

    /// <summary>A row for each key: the default.</summary>
    public ViewBuilder ByKey()
    {
        _groupBy = GroupBy.Key;
        return this;
    }

    /// <summary>One row over all keys.</summary>
    public ViewBuilder OverAll()
    {
        _groupBy = GroupBy.All;
        return this;
    }

    /// <summary>Counts records, whatever their fields.</summary>
    public ViewBuilder Count() => Add(new AggregateDefinition(AggregateNames.Count, null));

    /// <summary>Adds aggregates of a field, by <see cref="AggregateNames"/> or short names as p95.</summary>
    public ViewBuilder Aggregate(string field, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            Add(AggregateDefinition.TryParsePercentile(name, out double rank)
                ? new AggregateDefinition(AggregateNames.Quantile, field, rank)
                : new AggregateDefinition(name, field));
        }

        return this;
    }

    /// <summary>Adds a quantile of a field; the rank lies between 0 and 1.</summary>
    public ViewBuilder Quantile(string field, double rank) =>
        Add(new AggregateDefinition(AggregateNames.Quantile, field, rank));

    /// <summary>The view, checked as far as it can be without its stream.</summary>
    /// <exception cref="DefinitionException">Something is missing or out of bounds.</exception>
    public ViewDefinition Build()
    {
        if (_window is null)
        {
            throw new DefinitionException($"view \"{_name}\": no window: call Tumbling(size)");
        }

        ViewDefinition view = new()
        {
            Name = _name,
            Stream = _stream,
            Window = _window,
            LatenessNs = _latenessNs,
            Filter = _filter,
            GroupBy = _groupBy,
            Aggregates = _aggregates.ToImmutableArray(),
        };
        return view.FindOwnFault() is string fault
            ? throw new DefinitionException($"view \"{_name}\": {fault}")
            : view;
    }

    private ViewBuilder Add(AggregateDefinition aggregate)
    {
        _aggregates.Add(aggregate);
        return this;
    }
}
