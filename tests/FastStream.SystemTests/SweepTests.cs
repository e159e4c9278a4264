using FastStream.Sweep;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// The journal's own code over simulated files: every file operation fails in turn, in every way; every block of every
/// file rots in turn. Whatever was acked must be there, or the folder be refused by name. And the same with faults
/// planted into the engine, which must be noticed.
/// </summary>
public sealed class SweepTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public void NoFileOperationCanFailSoThatAnythingAckedIsLost() => FindsNothing(seed => new LogSweep(seed).Run());

    [Fact]
    public void NoBlockCanRotSoThatAnythingAckedIsMissedInSilence() => FindsNothing(seed => new LogDamageSweep(seed).Run());

    [Fact]
    public async Task EachMistakeThatIsPlantedIntoTheJournalIsNoticed()
    {
        PlantedBuild build = await PlantedBuild.OfAsync("FastStream.Sweep");
        foreach (string? fault in new[]
            { null, "ignore-failed-flush", "commit-without-directory-flush", "cut-at-first-bad-entry" })
        {
            (int exitCode, string text) = await build.RunAsync(fault, s_deadline, "--fault", "EIO, then power cut");
            output.WriteLine($"planted: {fault ?? "nothing"}\n{text}");
            Assert.True(exitCode == (fault is null ? 0 : 1), $"planted {fault ?? "nothing"}: exit {exitCode}\n{text}");
        }
    }

    private void FindsNothing(Func<int, SweepReport> run)
    {
        int seed = Environment.TickCount;
        SweepReport report = run(seed);
        using StringWriter text = new();
        text.WriteLine($"seed {seed}");
        report.Write(text);
        output.WriteLine(text.ToString());
        Assert.True(report.PointCount > 100, text.ToString());
        Assert.True(report.Findings.Count == 0, text.ToString());
    }
}
