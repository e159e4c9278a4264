using FastStream.TestKit.Model;

namespace FastStream.Simulation.Scenario;

/// <summary>
/// A view in text form and for the model. Values are whole numbers, so that every aggregate that only adds and
/// compares has the same bits in both; the others are compared within a tolerance.
/// </summary>
internal sealed record ViewPlan(ModelViewDefinition Model, string Text)
{
    private const long Second = 1_000_000_000;

    public string Name => Model.Name;

    /// <summary>Every view there may be.</summary>
    public static IReadOnlyList<ViewPlan> Templates { get; } =
    [
        new(
            new ModelViewDefinition(
                "a-exact",
                10 * Second,
                5 * Second,
                new(ModelAggregateKind.Count),
                new(ModelAggregateKind.Count, 0),
                new(ModelAggregateKind.Sum, 0),
                new(ModelAggregateKind.Min, 0),
                new(ModelAggregateKind.Max, 1),
                new(ModelAggregateKind.First, 0),
                new(ModelAggregateKind.Last, 1)),
            "tumbling 10s late 5s by key: count, count(v), sum(v), min(v), max(w), first(v), last(w)"),
        new(
            new ModelViewDefinition("b-filtered", 60 * Second, 0, new(ModelAggregateKind.Count), new(ModelAggregateKind.Max, 1))
            {
                Filter = record => record.Value(0) > 0,
            },
            "tumbling 1m late 0s where v > 0 by key: count, max(w)"),
        new(
            new ModelViewDefinition(
                "c-all",
                30 * Second,
                20 * Second,
                new(ModelAggregateKind.Count),
                new(ModelAggregateKind.Sum, 0),
                new(ModelAggregateKind.Last, 1))
            {
                ByKey = false,
            },
            "tumbling 30s late 20s over all: count, sum(v), last(w)"),
        new(
            new ModelViewDefinition(
                "d-spread",
                20 * Second,
                10 * Second,
                new(ModelAggregateKind.Mean, 0),
                new(ModelAggregateKind.VarianceSample, 0),
                new(ModelAggregateKind.Quantile, 1, 0.9)),
            "tumbling 20s late 10s by key: mean(v), variance(v), p90(w)"),
        new(
            new ModelViewDefinition("e-short", Second, 0, new ModelAggregate(ModelAggregateKind.Count)),
            "tumbling 1s late 0s by key: count"),
    ];

    /// <summary>Whether the bits of a value must be the model's.</summary>
    public bool IsExact(int value) => Model.Aggregates[value].Kind is not
        (ModelAggregateKind.Mean or ModelAggregateKind.VarianceSample or ModelAggregateKind.Quantile);
}
