using FastStream.Engine;
using FastStream.Engine.Snapshots;

namespace FastStream.Tests.Snapshots;

/// <summary>A snapshot is spread over time, but never beyond what recovery stands for.</summary>
public sealed class SnapshotPaceTests
{
    private const long MiB = 1 << 20;
    private static readonly SnapshotOptions s_options = new() { BytesPerSecond = 32 * MiB, EveryBytes = 256 * MiB };

    [Fact]
    public void AFewKeysAreSavedAtOnceAndManyInTheCourseOfSeconds()
    {
        SnapshotPace pace = new(s_options, TimeProvider.System, partitionCount: 2);
        Assert.True(pace.MaySave(saved: MiB - 1, total: 64 * MiB, elapsedMs: 0, journaled: 0));
        Assert.False(pace.MaySave(saved: MiB, total: 64 * MiB, elapsedMs: 0, journaled: 0));
        Assert.True(pace.MaySave(saved: (17 * MiB) - 1, total: 64 * MiB, elapsedMs: 1_000, journaled: 0));
        Assert.False(pace.MaySave(saved: 17 * MiB, total: 64 * MiB, elapsedMs: 1_000, journaled: 0));
    }

    [Fact]
    public void AllIsSavedByTheTimeThatHalfOfWhatCallsForTheNextIsJournaled()
    {
        SnapshotPace pace = new(s_options, TimeProvider.System, partitionCount: 1);
        Assert.False(pace.MaySave(saved: 32 * MiB, total: 64 * MiB, elapsedMs: 0, journaled: 64 * MiB));
        Assert.True(pace.MaySave(saved: (32 * MiB) - 1, total: 64 * MiB, elapsedMs: 0, journaled: 64 * MiB));
        Assert.True(pace.MaySave(saved: (64 * MiB) - 1, total: 64 * MiB, elapsedMs: 0, journaled: 128 * MiB));
    }

    [Fact]
    public void WhoeverMustWaitRestsUntilItMayGoOn()
    {
        SnapshotPace pace = new(s_options, TimeProvider.System, partitionCount: 1);
        long saved = MiB + (MiB / 2);
        int restMs = pace.RestMs(saved, elapsedMs: 10);
        Assert.InRange(restMs, 1, 10);
        Assert.True(pace.MaySave(saved, total: 64 * MiB, elapsedMs: 10 + restMs, journaled: 0));
        Assert.Equal(100, pace.RestMs(64 * MiB, elapsedMs: 0)); // and looks again: the engine may close
    }

    [Fact]
    public void AnEngineThatClosesDoesNotWait()
    {
        SnapshotPace pace = new(s_options, TimeProvider.System, partitionCount: 1) { IsOff = true };
        Assert.True(pace.MaySave(saved: 63 * MiB, total: 64 * MiB, elapsedMs: 0, journaled: 0));
    }
}
