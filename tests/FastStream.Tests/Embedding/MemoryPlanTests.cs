using FastStream.Engine;
using FastStream.TestKit.Journal;
using Microsoft.Extensions.Logging;

namespace FastStream.Tests.Embedding;

/// <summary>What the line about memory at the start says is the sum of what the options ask for.</summary>
public sealed class MemoryPlanTests
{
    [Fact]
    public void TheLineHasTheSumAndItsAddends()
    {
        IngestionEngineOptions options = new()
        {
            DataDirectory = "d",
            Partitions = 4,
            FrameRingSlots = 1_000,
            Limits = new EngineLimits { MaxInFlightBytes = 100 << 20 },
            Logs = new LogOptions { JournalMemoryBytes = 64 << 20 },
        };
        MemoryPlan plan = MemoryPlan.Of(options);
        Dictionary<string, long> parts = plan.Parts.ToDictionary(part => part.Name, part => part.Bytes);
        Assert.Equal(64 << 20, parts["journal"]);
        Assert.Equal(4 << 20, parts["results"]);
        Assert.Equal(4 << 20, parts["state"]);
        Assert.Equal(100 << 20, parts["frames in flight"]);
        Assert.Equal(64 << 20, parts["closed windows under way"]);
        Assert.InRange(parts["frame ring"], 1_024 * 4 * 400, 8 << 20);
        Assert.Equal(parts.Values.Sum(), plan.TotalBytes);

        string line = MemoryPlan.Describe(options);
        Assert.Contains("journal 64, results 4, state 4, frames in flight 100", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Theory]
    [InlineData(1 << 16, 2 << 20)]    // 32 pages
    [InlineData(4 << 20, 128 << 20)]  // the default
    [InlineData(16 << 20, 128 << 20)] // the bound
    [InlineData(64 << 20, 512 << 20)] // the least, eight pages
    public void WithoutASettingTheJournalTakes32PagesUpTo128MiBOrTheLeast(int pageBytes, long memoryBytes)
    {
        IngestionEngineOptions options = new() { DataDirectory = "d", Logs = new LogOptions { JournalPageBytes = pageBytes } };
        Assert.Equal(("journal", memoryBytes), MemoryPlan.Of(options).Parts[0]);
    }

    [Fact]
    public async Task AnEngineLogsItAtItsStart()
    {
        using LineFactory lines = new();
        IngestionEngineOptions options = new() { DataDirectory = "simulated", Partitions = 1, LoggerFactory = lines };
        EngineLogs logs = new(
            new SimulatedLog(new SimulatedDisk(), "journal"),
            new SimulatedLog(new SimulatedDisk(), "results"),
            new SimulatedLog(new SimulatedDisk(), "state"));
        await using IngestionEngine engine = IngestionEngine.Open(options, logs);
        Assert.Contains((LogLevel.Information, MemoryPlan.Describe(options)), lines.Lines);
    }
}
