using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Aggregation;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: a view of one field, whose cells are kept in a form of their own and updated in one pass, gives the bits of a
/// view whose states are updated one by one, whatever form its table has and while forms change.
/// </summary>
public class OneFieldTests
{
    private const string Aggregates = "count, count(x), sum(x), min(x), max(x), mean(x), variance(x), stddev_pop(x)";

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void ItHasTheBitsOfAViewOfMore(int seed, bool integers)
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (x)");
        using PartitionHarness harness = new(stream, 2);
        harness.AddView("one", "tumbling 5s late 5s by key: " + Aggregates, 1);
        harness.AddView("more", $"tumbling 5s late 5s by key: {Aggregates}, first(x)", 2);
        harness.AddView("summary", "tumbling 5s late 5s by key: count, count(x), sum(x), min(x), max(x), mean(x)", 3);
        harness.AddView("all", "tumbling 5s late 5s over all: " + Aggregates, 4);
        harness.AddView("all-more", $"tumbling 5s late 5s over all: {Aggregates}, first(x)", 5);
        foreach (TestFrame frame in RandomFrames.Make(seed, frames: 30, fields: 1, integers: integers))
        {
            harness.Apply(frame);
        }

        ResultRow[][] views = [.. harness.Drain().Concat(harness.Open())
            .GroupBy(row => row.View).OrderBy(group => group.Key).Select(group => group.ToArray())];
        AssertSameBits(views[0], views[1]);
        AssertSameBits(views[2], views[1]);
        AssertSameBits(views[3], views[4]);
    }

    [Fact]
    public void WindowsThatCompeteForMemoryKeepTheirCells()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (x)");
        const string Text = "tumbling 1s late 1h by key: count, sum(x), min(x), max(x), variance(x)";
        using PartitionHarness harness = new(stream, 1);
        harness.AddView("v", Text, 1);
        NaiveView naive = new(stream, ViewDefinition.Parse("s", "v", Text));
        Random random = new(5);
        for (int f = 0; f < 4; f++)
        {
            // Eight windows of 12,000 keys: sparse, they would take 64 MiB.
            TestFrame frame = new(
                [.. Enumerable.Range(0, 60_000).Select(_ => (ulong)random.Next(12_000) << 40)],
                [.. Enumerable.Range(0, 60_000).Select(_ => random.NextInt64(8 * RandomFrames.Second))],
                [.. Enumerable.Range(0, 60_000).Select(_ => (double)random.Next(-1000, 1000))]);
            harness.Apply(frame);
            naive.Apply(frame);
            Assert.InRange(harness.RentedBytes, 0, SparseBlocks.MaxBytes + (128L * 8 * 12_000));
        }

        List<ResultRow> rows = [.. harness.Open().OrderBy(row => (row.Start, row.Key))];
        var expected = naive.Rows().OrderBy(row => (row.Start, row.Key)).ToList();
        Assert.Equal(expected.Count, rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal((expected[i].Start, expected[i].Key, expected[i].Count), (rows[i].Start, rows[i].Key, rows[i].Count));
            Assert.Equal(expected[i].Values[..4], rows[i].Values[..4]);
            Assert.False(Math.Abs(expected[i].Values[4] - rows[i].Values[4]) > 1e-9 * expected[i].Values[4]);
        }
    }

    // The second view has the first one's aggregates and more behind them.
    private static void AssertSameBits(ResultRow[] view, ResultRow[] more)
    {
        Assert.Equal(more.Length, view.Length);
        for (int i = 0; i < view.Length; i++)
        {
            Assert.Equal((more[i].Start, more[i].Key, more[i].Count), (view[i].Start, view[i].Key, view[i].Count));
            Assert.StartsWith(view[i].Bits, more[i].Bits, StringComparison.Ordinal);
        }
    }
}
