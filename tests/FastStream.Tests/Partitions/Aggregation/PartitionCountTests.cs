using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: the number of partitions shows nowhere: not in the bits of sums of any doubles, not in counters, limits,
/// refusals or samples.
/// </summary>
public class PartitionCountTests
{
    private const string Aggregates =
        "count, sum(x), min(x), max(x), mean(x), variance(x), stddev_pop(x), first(x), last(x), p95(x), sum(y)";

    private static readonly StreamDefinition s_stream =
        StreamDefinition.Parse("s", "u64 (x, y) rules: range y -900..1e9; required x");

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void EveryPartitionCountGivesTheSameBits(int seed)
    {
        string expected = Run(seed, 1, new PartitionLimits());
        Assert.Contains("v3", expected, StringComparison.Ordinal);
        foreach (int partitions in new[] { 2, 3, 8 })
        {
            Assert.Equal(expected, Run(seed, partitions, new PartitionLimits()));
        }
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void TheLimitsRefuseTheSameRecordsForEveryPartitionCount(int seed)
    {
        PartitionLimits limits = new() { MaxKeysPerView = 100, MaxOpenWindowsPerView = 3 };
        string expected = Run(seed, 1, limits);
        Assert.DoesNotContain("over 0 v", expected, StringComparison.Ordinal);
        foreach (int partitions in new[] { 2, 5, 8 })
        {
            Assert.Equal(expected, Run(seed, partitions, limits));
        }
    }

    [Fact]
    public void BatchingShowsNowhereInExactData()
    {
        List<TestFrame> frames = RandomFrames.Make(41);
        string[] dumps = [.. new[] { 1, 7, 1000, 65_536 }.Select(size =>
        {
            using PartitionHarness harness = Make(3, new PartitionLimits());
            harness.Await("a", "b");
            foreach (TestFrame frame in frames.SelectMany(f => f.Cut(size)))
            {
                harness.Apply(frame);
                harness.Drain();
            }

            return string.Join('\n', harness.Drain().Concat(harness.Open())
                .OrderBy(r => (r.View, r.Start, r.Key)).Select(r => $"{r.View} {r.Start} {r.Key} {r.Count} {r.Bits}"));
        })];
        Assert.All(dumps, dump => Assert.Equal(dumps[0], dump));
    }

    private static PartitionHarness Make(int partitions, PartitionLimits limits)
    {
        PartitionHarness harness = new(s_stream, partitions, limits);
        harness.AddView("v1", "tumbling 10s late 5s by key: " + Aggregates, 1);
        harness.AddView("v2", "tumbling 1s late 20s where x > 0 by key: " + Aggregates, 2);
        harness.AddView("v3", "tumbling 7s late 0s over all: " + Aggregates, 3);
        return harness;
    }

    private static string Run(int seed, int partitions, PartitionLimits limits)
    {
        using PartitionHarness harness = Make(partitions, limits);
        List<string> lines = [];
        foreach (TestFrame frame in RandomFrames.Make(seed, integers: false))
        {
            harness.Apply(frame);
            FrameOutcome outcome = harness.LastOutcome;
            lines.Add($"{outcome.Accepted} {outcome.Refused} {outcome.Late} {outcome.RefusalCount}");
            lines.AddRange(Enumerable.Range(0, outcome.RefusalCount)
                .Select(i => $"refused {outcome.RefusedIndex(i)} {outcome.RefusedReason(i)}"));
        }

        lines.AddRange(harness.Drain().Concat(harness.Open())
            .Select(r => $"{r.Cause} v{r.View} {r.Start} {r.Key} {r.Count} {r.Bits}"));
        StreamCounters stream = harness.Counters();
        Assert.True(stream.Balanced);
        for (int rule = 0; rule < stream.RuleCount; rule++)
        {
            lines.Add($"rule {rule} {stream.RefusedBy(rule)}");
            lines.AddRange(stream.SamplesOf(rule).Items.ToArray().Select(s => s.ToString()));
        }

        foreach (string view in new[] { "v1", "v2", "v3" })
        {
            ViewCounters c = harness.CountersOf(view);
            Assert.True(c.Balanced);
            lines.Add($"{c.Prepared} {c.Applied} {c.Filtered} {c.Late} {c.LateAfterIdle} {c.LateOnJoin}");
            lines.Add($"over {c.OverLimit} v");
        }

        return string.Join('\n', lines);
    }
}
