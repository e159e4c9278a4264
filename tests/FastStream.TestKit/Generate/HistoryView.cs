using FastStream.TestKit.Model;

namespace FastStream.TestKit.Generate;

/// <summary>A view said twice: for the model, and in the text form that users write.</summary>
internal sealed record HistoryView(ModelViewDefinition Model, string Text)
{
    private const long Second = 1_000_000_000;

    /// <summary>Every aggregate, by key, some lateness.</summary>
    public static HistoryView Full { get; } = new(
        new ModelViewDefinition(
            "full",
            10 * Second,
            5 * Second,
            [
                new(ModelAggregateKind.Count),
                .. Enum.GetValues<ModelAggregateKind>().Where(kind => kind != ModelAggregateKind.Quantile)
                    .Select(kind => new ModelAggregate(kind, 0)),
                new(ModelAggregateKind.Quantile, 0, 0.9),
                new(ModelAggregateKind.Sum, 1),
            ]),
        "tumbling 10s late 5s by key: count, count(v), sum(v), min(v), max(v), mean(v), var_pop(v), variance(v), "
        + "stddev_pop(v), stddev(v), first(v), last(v), p90(v), sum(w)");

    /// <summary>A filter, no lateness, longer windows.</summary>
    public static HistoryView Filtered { get; } = new(
        new ModelViewDefinition(
            "filtered", 60 * Second, 0, new(ModelAggregateKind.Count), new(ModelAggregateKind.Max, 1))
        {
            Filter = record => record.Value(0) > 0,
        },
        "tumbling 1m late 0s where v > 0 by key: count, max(w)");

    /// <summary>Over all keys.</summary>
    public static HistoryView OverAll { get; } = new(
        new ModelViewDefinition(
            "all",
            30 * Second,
            20 * Second,
            new(ModelAggregateKind.Count),
            new(ModelAggregateKind.Sum, 0),
            new(ModelAggregateKind.VarianceSample, 1),
            new(ModelAggregateKind.Last, 1))
        {
            ByKey = false,
        },
        "tumbling 30s late 20s over all: count, sum(v), variance(w), last(w)");

    /// <summary>The views a history starts with.</summary>
    public static IReadOnlyList<HistoryView> Initial { get; } = [Full, Filtered, OverAll];

    /// <summary>A view that comes while the stream runs.</summary>
    public static HistoryView Added(int number) => new(
        new ModelViewDefinition(
            $"added-{number}", 20 * Second, 10 * Second, new ModelAggregate(ModelAggregateKind.Count)),
        "tumbling 20s late 10s by key: count");
}
