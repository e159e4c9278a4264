using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>Goal: every aggregate over random data equals the naive reference, for several partition counts.</summary>
public class ReferenceTests
{
    private const string Aggregates =
        "count, count(x), sum(x), min(x), max(x), mean(x), var_pop(x), variance(x), stddev_pop(x), stddev(x), "
        + "first(x), last(x), p50(x), p99(x), sum(y), max(y), last(y)";

    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x, y)");

    public static TheoryData<int, int, string> Cases()
    {
        TheoryData<int, int, string> cases = new();
        foreach (int partitions in new[] { 1, 3 })
        {
            for (int seed = 1; seed <= 4; seed++)
            {
                cases.Add(seed, partitions, "tumbling 10s late 5s by key: ");
                cases.Add(seed, partitions, "tumbling 7s late 0s over all: ");
                cases.Add(seed, partitions, "tumbling 1h late 1m by key: ");
            }
        }

        cases.Add(5, 2, "tumbling 1ms late 100ms by key: ");
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryAggregateEqualsTheNaiveReference(int seed, int partitions, string view)
    {
        using PartitionHarness harness = new(s_stream, partitions);
        harness.AddView("v", view + Aggregates, 1);
        harness.Await("a", "b");
        ViewDefinition definition = ViewDefinition.Parse("s", "v", view + Aggregates);
        NaiveView naive = new(s_stream, definition);
        foreach (TestFrame frame in RandomFrames.Make(seed))
        {
            harness.Apply(frame);
            naive.Apply(frame);
            harness.Drain();
        }

        List<ResultRow> rows = [.. harness.Drain(), .. harness.Open()];
        rows = [.. rows.OrderBy(r => (r.Start, r.Key))];
        List<(long Start, ulong Key, long Count, double[] Values)> expected = [.. naive.Rows()];
        Assert.Equal(expected.Count, rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal(
                (expected[i].Start, expected[i].Key, expected[i].Count), (rows[i].Start, rows[i].Key, rows[i].Count));
            for (int a = 0; a < definition.Aggregates.Length; a++)
            {
                AssertNear(definition.Aggregates[a], expected[i].Values[a], rows[i].Values[a]);
            }
        }

        ViewCounters counters = harness.CountersOf("v");
        Assert.Equal((naive.Applied, naive.Late), (counters.Applied, counters.Late));
        Assert.True(counters.Balanced);
        Assert.True(harness.Counters().Balanced);
    }

    private static void AssertNear(AggregateDefinition aggregate, double expected, double actual)
    {
        if (double.IsNaN(expected))
        {
            Assert.True(double.IsNaN(actual), $"{aggregate}: {actual} for absent");
            return;
        }

        double bound = aggregate.Kind switch
        {
            AggregateNames.Quantile => Math.Abs(expected) / 256,
            AggregateNames.StdDev or AggregateNames.StdDevPop or AggregateNames.Variance or AggregateNames.VarPop =>
                Math.Abs(expected) * 1e-15,
            _ => 0,
        };
        Assert.True(Math.Abs(expected - actual) <= bound, $"{aggregate}: {actual} instead of {expected}");
    }
}
