using FastStream.Engine.Definitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: a window's table gives the same cells whatever it has grown to. Method: keys become more from frame to frame,
/// past every change of the table (the last one within a frame), with values absent here and there or not at all.
/// </summary>
public class ManyKeysTests
{
    [Theory]
    [InlineData("count", 1, 0)]
    [InlineData("count, sum(x), min(x), max(x)", 1, 0)]
    [InlineData("count, sum(x), min(x), max(x)", 3, 20)]
    [InlineData("variance(x)", 1, 0)]
    [InlineData("variance(x)", 3, 20)]
    [InlineData("count, count(x), sum(x), min(x), max(x), variance(x)", 1, 0)]
    [InlineData("count, count(x), sum(x), min(x), max(x), variance(x)", 3, 0)]
    [InlineData("count, count(x), sum(x), min(x), max(x), variance(x)", 1, 100_000)]
    [InlineData("last(x)", 1, 20)]
    [InlineData("count, sum(x), variance(x), last(x)", 1, 20)]
    [InlineData("count, sum(x), variance(x), last(x)", 3, 20)]
    public void EveryKeyHasItsCellHoweverManyThereAre(string aggregates, int partitions, int absentOneIn)
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (x)");
        string text = "tumbling 1h by key: " + aggregates;
        using PartitionHarness harness = new(stream, partitions);
        harness.AddView("v", text, 1);
        harness.Await("a");
        NaiveView naive = new(stream, ViewDefinition.Parse("s", "v", text));
        Random random = new(1);
        foreach (int keys in new[] { 3, 70, 300, 2_000, 8_000, 9_000, 40_000, 40_000 })
        {
            TestFrame frame = new(
                [.. Enumerable.Range(0, 20_000).Select(_ => (ulong)random.Next(keys) * 7)],
                [.. Enumerable.Range(0, 20_000).Select(i => (long)i)],
                [.. Enumerable.Range(0, 20_000).Select(_ => absentOneIn > 0 && random.Next(absentOneIn) == 0 ? double.NaN : random.Next(-9, 9))])
            {
                Producer = "a",
            };
            harness.Apply(frame);
            naive.Apply(frame);
        }

        List<ResultRow> rows = [.. harness.Open().OrderBy(row => row.Key)];
        List<(long Start, ulong Key, long Count, double[] Values)> expected = [.. naive.Rows()];
        Assert.Equal(expected.Count, rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal((expected[i].Key, expected[i].Count), (rows[i].Key, rows[i].Count));
            Assert.Equal(expected[i].Values, rows[i].Values, Agree);
        }
    }

    // The reference divides and rounds in its own way.
    private static bool Agree(double one, double other) =>
        one.Equals(other) || Math.Abs(one - other) <= 1e-14 * Math.Abs(one);
}
