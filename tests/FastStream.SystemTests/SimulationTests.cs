using FastStream.Simulation;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// The whole engine on one thread a seed, with a disk, a network and a clock that do what the seed says: a minute of
/// seeds must be clean, a seed must be the same run each time, and every fault planted into the engine must be noticed.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public void AMinuteOfSeedsFindsNothing()
    {
        using StringWriter text = new();
        SeedRun run = new(first: 1, long.MaxValue, s_minute, threads: 2, text);
        int exitCode = run.Run();
        output.WriteLine(text.ToString());
        Assert.True(exitCode == 0, text.ToString());
        Assert.True(run.DoneCount > 100, text.ToString());
        Assert.True(run.Seen.ContainsKey("borrowed"), text.ToString());
        Assert.True(run.DoneCount < 2_000 || run.Seen.ContainsKey("borrowed step waits"), text.ToString());
    }

    [Fact]
    public void ASeedIsTheSameRunEachTime()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            SimulationPlan plan = SimulationPlan.Of(seed);
            SimulationPlan again = SimulationPlan.Of(seed);
            Assert.Equal(
                FastStream.Simulation.Simulation.Run(plan, plan.Steps).Trace.Hash,
                FastStream.Simulation.Simulation.Run(again, again.Steps).Trace.Hash);
        }
    }

    [Fact]
    public async Task EachFaultThatIsPlantedIntoTheEngineIsNoticedAndShrunk()
    {
        PlantedBuild build = await PlantedBuild.OfAsync("FastStream.Simulation");
        foreach (string? fault in new[]
        {
            null,
            "ack-before-flush",
            "accept-higher-sequence",
            "snapshot-ahead-of-journal",
            "result-ahead-of-journal",
            "late-counted-twice",
            "skip-frame",
            "loop-given-back-twice",
        })
        {
            (int exitCode, string text) = await build.RunAsync(fault, s_deadline, "--seeds", fault is null ? "50" : "500");
            output.WriteLine($"planted: {fault ?? "nothing"}\n{text}");
            Assert.True(exitCode == (fault is null ? 0 : 1), $"planted {fault ?? "nothing"}: exit {exitCode}\n{text}");
            Assert.Equal(fault is not null, text.Contains("smallest history", StringComparison.Ordinal));
        }
    }
}
