using System.Security.Cryptography;
using System.Text;
using FastStream.Engine.Definitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: the bits of results are the same on every machine. The digests are frozen; they hold as is and with
/// DOTNET_EnableAVX512=0, DOTNET_EnableAVX2=0 and DOTNET_EnableHWIntrinsic=0.
/// </summary>
public class GoldenTests
{
    [Theory]
    [InlineData(true, "470d412cfae0240f")]
    [InlineData(false, "c7f3c8fd0a8419ae")]
    public void ResultsOfAFixedSeedHaveTheFrozenDigest(bool integers, string frozen)
    {
        using PartitionHarness harness = new(StreamDefinition.Parse("s", "u64 (x, y)"), 3);
        string aggregates = "count, count(x), sum(x), min(x), max(x), mean(x), var_pop(x), variance(x), stddev(x), "
            + "first(x), last(x), p50(x), p95(y), sum(y), stddev_pop(y)";
        harness.AddView("v1", "tumbling 10s late 5s by key: " + aggregates, 1);
        harness.AddView("v2", "tumbling 5s late 10s where x * 2 > y by key: " + aggregates, 2);
        harness.AddView("v3", "tumbling 7s late 0s over all: " + aggregates, 3);
        foreach (TestFrame frame in RandomFrames.Make(101, integers: integers))
        {
            harness.Apply(frame);
        }

        string dump = string.Join('\n', harness.Drain().Concat(harness.Open())
            .Select(r => $"{r.View} {r.Start} {r.Key} {r.Count} {r.Bits}"));
        Assert.Equal(frozen, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dump)))[..16]);
    }
}
