using FastStream.Engine;
using FastStream.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastStream.Tests.Server;

/// <summary>A server's bounds follow the memory that its process may use; too little is said at the start.</summary>
public sealed class MemoryFitTests
{
    private const long MiB = 1 << 20;

    private static readonly ServerOptions s_usual = new()
    {
        Engine = new IngestionEngineOptions { DataDirectory = "d", Partitions = 1 },
    };

    [Fact]
    public void WithMemoryEnoughNothingChanges() =>
        Assert.Same(s_usual, MemoryFit.Of(s_usual, 4_096 * MiB, NullLogger.Instance));

    [Fact]
    public void InASmallProcessTheBoundsOfFramesAreLowerAndTheSumStaysWithinIt()
    {
        ServerOptions fitted = MemoryFit.Of(s_usual, 256 * MiB, NullLogger.Instance);
        Assert.InRange(fitted.Engine.Limits.MaxInFlightBytes, 8 * MiB, 128 * MiB);
        Assert.InRange(fitted.Frames.MaxReceiveBytes, 4 * MiB, 64 * MiB);
        Assert.Empty(fitted.Validate());
        long sum = MemoryFit.RuntimeBytes + MemoryPlan.Of(fitted.Engine).TotalBytes + fitted.Frames.MaxReceiveBytes;
        Assert.InRange(sum, 0, 256 * MiB);
    }

    [Fact]
    public void TooLittleForTheLogsIsRefusedWithBothNumbers()
    {
        ServerStartException refused = Assert.Throws<ServerStartException>(
            () => MemoryFit.Of(s_usual, 96 * MiB, NullLogger.Instance));
        Assert.Equal(ServerStartFault.BadConfiguration, refused.Fault);
        Assert.Contains("may use 96 MiB of memory", refused.Lines.Single(), StringComparison.Ordinal);
        Assert.Contains("logs:journalPageBytes", refused.Lines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void SmallerPagesAndFramesFitWhereTheUsualOnesDoNot()
    {
        ServerOptions small = s_usual with
        {
            Engine = s_usual.Engine with
            {
                Limits = new EngineLimits { MaxFrameBytes = 64 << 10 },
                Logs = new LogOptions { JournalPageBytes = 256 << 10 },
            },
        };
        Assert.Empty(MemoryFit.Of(small, 120 * MiB, NullLogger.Instance).Validate());
    }
}
