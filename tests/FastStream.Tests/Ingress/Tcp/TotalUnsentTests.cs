using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Monitoring;
using FastStream.Protocol.Messages;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>Answers of all connections together have a bound: who reads goes on, who takes nothing is cut.</summary>
public sealed class TotalUnsentTests
{
    private readonly StepTime _time = new();

    [Fact]
    public async Task AboveTheBoundOfAllAnswersTheReadersThatTakeNothingAreCutAndTheOneThatReadsGoesOn()
    {
        // Each may keep 256 KiB, all together 512: the third one that does not read passes it.
        FrameListenerOptions options = new()
        {
            Time = _time,
            MaxUnsentBytes = 256 << 10,
            MaxTotalUnsentBytes = 512 << 10,
            MaxUnsentTime = TimeSpan.FromDays(1),
            IdleTimeout = TimeSpan.FromDays(1),
            SlowFrameGrace = TimeSpan.FromDays(1),
        };
        await using ListenerHarness server = new(options);
        using FrameClient honest = await FrameClient.OpenAsync(server.Port, producer: "honest");
        List<FrameClient> deaf = [];
        List<Task> floods = [];
        for (int i = 0; i < 4; i++)
        {
            FrameClient client = await FrameClient.OpenAsync(server.Port, producer: $"deaf-{i}");
            deaf.Add(client);
            floods.Add(FloodAsync(client));
        }

        await Eventually.Until(() => server.Listener.UnsentBytes > options.MaxTotalUnsentBytes, TimeSpan.FromSeconds(60));
        server.Listener.Sweep();
        Assert.Equal(0, server.Count(EngineCounter.ReadersCutForMemory)); // nobody has been deaf for a second
        await Eventually.Until(
            () =>
            {
                _time.Step(UnsentBytes.LeastStall);
                server.Listener.Sweep();
                return server.Count(EngineCounter.ReadersCutForMemory) > 0
                    && server.Listener.UnsentBytes <= options.MaxTotalUnsentBytes;
            },
            TimeSpan.FromSeconds(60));
        Assert.Equal(0, server.Count(EngineCounter.SlowReadersCut));

        // The producer that reads its acks was never held back for the others.
        await honest.SendAsync(DataFrames.Data(1));
        Assert.Equal(1, await honest.ReadAcksAsync(1));
        deaf.ForEach(client => client.Dispose());
        await Task.WhenAll(floods);
        await Eventually.Until(() => server.Listener.ConnectionCount == 1);
        await Eventually.Until(() => server.Listener.UnsentBytes == 0);
    }

    [Fact]
    public void AboveTheBoundOfAllAConnectionMayKeepItsShareOnly()
    {
        FrameListenerOptions options = new() { MaxConnections = 100, MaxTotalUnsentBytes = 2 << 20 };
        UnsentBytes all = new(options);
        Assert.Equal(options.MaxUnsentBytes, all.BoundBytes);
        all.Add(options.MaxTotalUnsentBytes);
        Assert.Equal(options.MaxUnsentBytes, all.BoundBytes);
        all.Add(1);
        Assert.Equal((2 << 20) / 100, all.BoundBytes);
        all.Add(-options.MaxTotalUnsentBytes);
        Assert.Equal(options.MaxUnsentBytes, all.BoundBytes);
        Assert.Equal(4_096, BoundAbove(options with { MaxConnections = 100_000 }));
        string fault = Assert.Single((options with { MaxTotalUnsentBytes = 4_096 }).Validate());
        Assert.Contains(nameof(FrameListenerOptions.MaxTotalUnsentBytes), fault, StringComparison.Ordinal);
    }

    private static int BoundAbove(FrameListenerOptions options)
    {
        UnsentBytes all = new(options);
        all.Add(options.MaxTotalUnsentBytes + 1);
        return all.BoundBytes;
    }

    private static async Task FloodAsync(FrameClient client)
    {
        System.Buffers.ArrayBufferWriter<byte> pings = new();
        for (int i = 0; i < 1_000; i++)
        {
            ClientFrameWriter.WritePing(pings, 1);
        }

        try
        {
            while (true)
            {
                await client.Socket.SendAsync(pings.WrittenMemory);
            }
        }
        catch (Exception fault) when (fault is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // cut, or the test is over
        }
    }
}
