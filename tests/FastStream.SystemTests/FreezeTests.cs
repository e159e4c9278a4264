using FastStream.CrashLoop;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>Processes that stand still for a while, as under a debugger or on a machine that was put to sleep.</summary>
public sealed class FreezeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task StoppingServerOrSenderUnderLoadLosesNothingAndMakesNothingLate()
    {
        if (!OperatingSystem.IsLinux())
        {
            output.WriteLine("skipped: signals and /proc are those of Linux");
            return;
        }

        FreezeReport report = await FreezeRun.RunAsync(new CrashOptions { Cycles = 8, Say = output.WriteLine });
        output.WriteLine(report.ToString());
        Assert.True(report.Findings.Count == 0, report.ToString());
    }
}
