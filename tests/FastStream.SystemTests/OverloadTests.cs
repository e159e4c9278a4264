using FastStream.Overload;
using FastStream.Overload.Trials;
using FastStream.Protocol;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// The trials of load and limits in small, for what they count and not for how fast it goes: a real server under floods.
/// </summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    [Fact]
    public Task SlowConnectionsAreCutAndIdleOnesStayWhileAProducerLosesNothing() => RunAsync("idle", report =>
    {
        IdleTrialPlan plan = new()
        {
            IdleCount = 500,
            SlowCount = 12,
            Pairs = 1,
            MeasureSeconds = 2,
            WarmSeconds = 1,
            FramesPerSecond = 200,
            Level = AckLevel.Durable,
            SlowFrameGrace = TimeSpan.FromSeconds(1),
            MaxUnsentTime = TimeSpan.FromSeconds(1),
            Settle = TimeSpan.Zero,
            WarmsBeside = false,
        };
        return new IdleTrial(plan, report).RunAsync();
    });

    [Fact]
    public Task AServerThatMayOpenFewFilesRefusesFloodsAndLives() =>
        RunAsync("descriptors", report => new DescriptorTrial(300, 400, report).RunAsync());

    [Fact]
    public Task HostileFramesAndKeysAreRefusedOrCountedAndHonestRecordsStayRight() => RunAsync("bombs", report =>
    {
        BombTrialPlan plan = new()
        {
            HostileKeys = 60_000,
            HostileNames = 9_000,
            LengthsPerSecond = 50,
            CompressedPerSecond = 20,
            Pairs = 1,
            MeasureSeconds = 1,
            FramesPerSecond = 100,
            MaxKeys = 20_000,
        };
        return new BombTrial(plan, report).RunAsync();
    });

    [Fact]
    public Task ProducersThatComeBackTogetherAfterAKillGoOnWhereTheyWere() =>
        RunAsync("reconnect", report => new ReconnectTrial(1_500, report).RunAsync());

    [Fact]
    public Task InTooLittleMemoryAServerSaysSoOrWorksWithin() => RunAsync("memory", async report =>
    {
        MemoryTrial trial = new(TimeSpan.FromSeconds(1), report);
        await trial.RunWithHeapLimitAsync(96);
        await trial.RunWithHeapLimitAsync(192);
        await trial.RunInGroupAsync(256);
    });

    private async Task RunAsync(string name, Func<TrialReport, Task> run)
    {
        using StringWriter text = new();
        TrialReport report = new(name, text);
        try
        {
            await run(report);
        }
        finally
        {
            _ = report.Finish();
            output.WriteLine(text.ToString());
        }

        Assert.Empty(report.Faults);
    }
}
