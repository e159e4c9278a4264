using FastStream.CrashLoop;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// The server as a real process, crashed for real: killed at random moments, and its disk's power cut. After each crash
/// what was acked is there and counted once; at the end the digest is that of a run that nobody disturbed. The same
/// loops run longer from the command line of FastStream.CrashLoop.
/// </summary>
public sealed class CrashLoopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task FortyKillsUnderLoadLoseNothingAndCountNothingTwice()
    {
        CrashReport report = await CrashRun.KillAsync(new CrashOptions { Cycles = 40, Say = output.WriteLine });
        output.WriteLine(report.ToString());
        Assert.True(report.IsClean, report.ToString());
        Assert.Equal(40, report.Cycles);
    }

    [Fact]
    public async Task FortyPowerCutsUnderLoadLoseNothingAndCountNothingTwice()
    {
        CrashOptions options = new() { Cycles = 40, Say = output.WriteLine };
        (CrashReport? report, string skipped) = await CrashRun.PowerAsync(options, "ext4");
        if (report is null)
        {
            output.WriteLine($"skipped: {skipped}");
            return;
        }

        output.WriteLine(report.ToString());
        Assert.True(report.IsClean, report.ToString());
        Assert.Equal(40, report.Cycles);
    }

    /// <summary>
    /// The control: cuts that take nothing away would prove nothing. Flushes begin late here, so that between written
    /// and durable there is something to take, however fast the disk is.
    /// </summary>
    [Fact]
    public async Task APowerCutTakesWhatWasAckedAsWritten()
    {
        PlantedBuild build = await PlantedBuild.OfAsync("FastStream.CrashLoop", "crashloop");
        (int exitCode, string text) = await build.RunAsync(
            "slow-flush", s_deadline, "power", "--ack", "written", "--cycles", "10");
        output.WriteLine(text);
        Assert.True(exitCode == 0, text);
    }
}
