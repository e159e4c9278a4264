using CsCheck;
using FastStream.Engine.Definitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: small random frames that shrink: rows, late counts and snapshots at any point against the naive reference.
/// Failures print the seed.
/// </summary>
public class PropertyTests
{
    private const long Second = RandomFrames.Second;
    private const string Aggregates =
        "count, count(x), sum(x), min(x), max(x), mean(x), first(x), last(x), variance(x)";

    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x)");

    private static readonly Gen<TestFrame> s_frame =
        from producer in Gen.Bool
        from records in Gen.Select(
            Gen.Int[0, 5], Gen.Int[-30, 60],
            Gen.Frequency(
                (8, Gen.Int[-50, 50].Select(v => (double)v)), (1, Gen.Const(double.NaN)), (1, Gen.Const(-0.0))))
            .Array[1, 90]
        from repeat in Gen.Frequency((4, Gen.Const(1)), (1, Gen.Int[64, 80]))
        select new TestFrame(
            [.. records.SelectMany(r => Enumerable.Repeat((ulong)r.Item1, repeat))],
            [.. records.SelectMany(r => Enumerable.Repeat(r.Item2 * Second, repeat))],
            [.. records.SelectMany(r => Enumerable.Repeat(r.Item3, repeat))])
        {
            Producer = producer ? "a" : "b",
        };

    [Fact]
    public void RandomFramesGiveTheRowsOfTheReferenceAcrossASnapshot() =>
        Gen.Select(s_frame.Array[1, 6], Gen.Int[0, 6], Gen.Int[1, 4], Gen.Int[1, 9], Gen.Int[0, 20], Gen.Bool).Sample(
            (frames, cut, partitions, size, late, overAll) =>
            {
                string text = $"tumbling {size}s late {late}s {(overAll ? "over all" : "by key")}: {Aggregates}";
                NaiveView naive = new(s_stream, ViewDefinition.Parse("s", "v", text));
                Array.ForEach(frames, naive.Apply);
                IEnumerable<string> actual = Play(frames, Math.Min(cut, frames.Length), partitions, text, naive.Late);
                Assert.Equal(naive.Rows().Select(r => Line(r.Start, r.Key, r.Count, r.Values)), actual);
            },
            iter: 300);

    private static List<string> Play(TestFrame[] frames, int cut, int partitions, string text, long late)
    {
        using PartitionHarness first = new(s_stream, partitions);
        using PartitionHarness second = new(s_stream, (partitions % 4) + 1);
        first.AddView("v", text, 1);
        second.AddView("v", text, 1);
        first.Await("a", "b");
        Array.ForEach(frames[..cut], first.Apply);
        IReadOnlyList<ResultRow> emitted = first.Drain();
        first.BeginSnapshot();
        second.TakeTimeFrom(first);
        second.Load(first.FinishSnapshot());
        Array.ForEach(frames[cut..], second.Apply);
        Assert.Equal(late, second.CountersOf("v").Late);
        return [.. emitted.Concat(second.Drain()).Concat(second.Open())
            .OrderBy(r => (r.Start, r.Key)).Select(r => Line(r.Start, r.Key, r.Count, r.Values))];
    }

    private static string Line(long start, ulong key, long count, double[] values) =>
        $"{start / Second} {key} {count} {string.Join(' ', values.Select(v => (v + 0.0).ToString("G12", null)))}";
}
