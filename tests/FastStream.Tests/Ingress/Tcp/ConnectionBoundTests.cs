using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>Each bound of a connection: reached, it closes by name and counts; just below, nothing happens.</summary>
public sealed class ConnectionBoundTests
{
    private readonly StepTime _time = new();

    [Fact]
    public async Task WithoutAHelloInTimeTheConnectionIsClosed()
    {
        await using ListenerHarness server = Server();
        using FrameClient client = await FrameClient.ConnectAsync(server.Port);
        await Eventually.Until(() => server.Listener.ConnectionCount == 1);
        StepAndSweep(server, TimeSpan.FromSeconds(5));
        Assert.Equal(0, server.Count(EngineCounter.HelloTimeouts));
        StepAndSweep(server, TimeSpan.FromMilliseconds(1));
        Assert.Equal(ErrorCode.HelloTimeout, (await client.ReadAsync()).Error().Code);
        Assert.Null(await client.TryReadAsync());
        Assert.Equal(1, server.Count(EngineCounter.HelloTimeouts));
    }

    [Fact]
    public async Task AFrameThatTricklesIsCutAfterItsGrace()
    {
        await using ListenerHarness server = Server();
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        byte[] frame = DataFrames.Data(1, 1_000);
        long before = server.Count(EngineCounter.BytesReceived);
        await client.SendAsync(frame.AsMemory(0, 1_100));
        await Eventually.Until(() => server.Count(EngineCounter.BytesReceived) == before + 1_100);
        await Eventually.Until(() => server.Listener.Phases.All(p => p == ConnectionPhase.InFrame));
        StepAndSweep(server, TimeSpan.FromSeconds(5));
        Assert.Equal(0, server.Count(EngineCounter.SlowSendersCut));
        StepAndSweep(server, TimeSpan.FromMilliseconds(1)); // 1,100 bytes in 5.001 s are below 240 a second
        Assert.Equal(ErrorCode.TooSlow, (await client.ReadAsync()).Error().Code);
        Assert.Equal(1, server.Count(EngineCounter.SlowSendersCut));
    }

    [Fact]
    public async Task ASilentSessionIsClosedAndAPingKeepsItAlive()
    {
        await using ListenerHarness server = Server();
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        await Eventually.Until(() => server.Listener.Phases.All(p => p == ConnectionPhase.Quiet));
        StepAndSweep(server, TimeSpan.FromSeconds(130));
        await client.WriteAsync(output => ClientFrameWriter.WritePing(output, 1));
        Assert.Equal(FrameKind.Pong, (await client.ReadAsync()).Kind);
        await client.WriteAsync(output => ClientFrameWriter.WritePing(output, 2)); // answered: the first one is over
        Assert.Equal(FrameKind.Pong, (await client.ReadAsync()).Kind);
        StepAndSweep(server, TimeSpan.FromSeconds(130));
        Assert.Equal(0, server.Count(EngineCounter.IdleConnectionsCut));
        StepAndSweep(server, TimeSpan.FromSeconds(1));
        Assert.Equal(ErrorCode.Idle, (await client.ReadAsync()).Error().Code);
        Assert.Equal(1, server.Count(EngineCounter.IdleConnectionsCut));
    }

    [Fact]
    public async Task AReaderThatDoesNotReadIsNotReadFromAndThenCut()
    {
        // The other bounds of time stay out of it, however often time is stepped on.
        await using ListenerHarness server = Server(new FrameListenerOptions
        {
            Time = _time,
            MaxUnsentBytes = 4_096,
            IdleTimeout = TimeSpan.FromDays(1),
            SlowFrameGrace = TimeSpan.FromDays(1),
        });
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        byte[] pings = [.. Enumerable.Range(0, 1_000).SelectMany(_ => Ping())];
        Task flood = FloodAsync(client, pings);
        await Eventually.Until(() => server.Count(EngineCounter.BackPressureStops) > 0, TimeSpan.FromSeconds(60));
        Assert.Equal(0, server.Count(EngineCounter.SlowReadersCut));

        // The kernel's buffers may still take some: time counts from when the bound was last passed.
        await Eventually.Until(() =>
        {
            StepAndSweep(server, TimeSpan.FromSeconds(4));
            return server.Count(EngineCounter.SlowReadersCut) == 1;
        });
        await flood;
        await Eventually.Until(() => server.Listener.ConnectionCount == 0);
    }

    [Fact]
    public async Task BeyondTheConnectionsOfOneAddressFurtherOnesAreToldWhy()
    {
        await using ListenerHarness server = Server(
            new FrameListenerOptions { Time = _time, MaxConnectionsPerAddress = 2 });
        using FrameClient first = await FrameClient.OpenAsync(server.Port, producer: "a");
        using (await FrameClient.OpenAsync(server.Port, producer: "b"))
        {
            using FrameClient third = await FrameClient.ConnectAsync(server.Port);
            (ErrorCode code, bool closes, ulong _, ulong _, string text) = (await third.ReadAsync()).Error();
            Assert.Equal((ErrorCode.TooManyConnections, true), (code, closes));
            Assert.Contains("2 connections from 127.0.0.1", text, StringComparison.Ordinal);
            Assert.Equal(1, server.Count(EngineCounter.ConnectionsRefused));
        }

        await Eventually.Until(() => server.Listener.ConnectionCount == 1);
        using FrameClient again = await FrameClient.OpenAsync(server.Port, producer: "c");
    }

    [Fact]
    public async Task BeyondAllConnectionsFurtherOnesAreToldWhy()
    {
        await using ListenerHarness server = Server(new FrameListenerOptions { Time = _time, MaxConnections = 1 });
        using FrameClient first = await FrameClient.OpenAsync(server.Port);
        using FrameClient second = await FrameClient.ConnectAsync(server.Port);
        Assert.Equal(ErrorCode.TooManyConnections, (await second.ReadAsync()).Error().Code);
    }

    [Fact]
    public async Task AClosedConnectionThatStaysIsDroppedAfterItsTime()
    {
        await using ListenerHarness server = Server();
        using FrameClient client = await FrameClient.ConnectAsync(server.Port);
        await client.SendAsync(DataFrames.Data(1));
        Assert.Equal(ErrorCode.HelloExpected, (await client.ReadAsync()).Error().Code);
        server.Listener.Sweep(); // sees the close
        Assert.Equal(1, server.Listener.ConnectionCount);
        StepAndSweep(server, TimeSpan.FromSeconds(6));
        await Eventually.Until(() => server.Listener.ConnectionCount == 0);
    }

    [Fact]
    public async Task AQuietConnectionHoldsNoMemory()
    {
        await using ListenerHarness server = Server();
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        await client.SendAsync(Enumerable.Range(1, 50).SelectMany(n => DataFrames.Data((ulong)n, 1_000)).ToArray());
        await client.ReadAcksAsync(50);
        await Eventually.Until(() => server.Listener.ReceiveBytes == 0);
    }

    [Fact]
    public async Task BeyondTheMemoryOfAllConnectionsFramesThatHaveNotBegunWait()
    {
        await using ListenerHarness server = Server(
            new FrameListenerOptions { Time = _time, MaxReceiveBytes = 1 << 20 });
        byte[] frame = DataFrames.Data(1, 1_000);
        List<FrameClient> begun = [];
        while (server.Listener.ReceiveBytes < 1 << 20)
        {
            FrameClient client = await FrameClient.OpenAsync(server.Port, producer: $"p{begun.Count}");
            begun.Add(client);
            long before = server.Listener.ReceiveBytes;
            await client.SendAsync(frame.AsMemory(0, 2_000));
            await Eventually.Until(() => server.Listener.ReceiveBytes > before);
        }

        using FrameClient late = await FrameClient.ConnectAsync(server.Port);
        await late.HelloAsync(producer: "late");
        await Eventually.Until(() => server.Count(EngineCounter.BackPressureStops) == 1);

        foreach (FrameClient client in begun)
        {
            await client.SendAsync(frame.AsMemory(2_000)); // those that have begun may go on
            Assert.Equal(1, await client.ReadAcksAsync(1));
            client.Dispose();
        }

        Assert.Equal(FrameKind.Welcome, (await late.ReadAsync()).Kind);
    }

    [Fact]
    public void EveryFaultOfTheOptionsIsFound()
    {
        FrameListenerOptions options = new()
        {
            Address = System.Net.IPAddress.Any,
            Port = 70_000,
            MaxConnections = 0,
            HelloTimeout = TimeSpan.Zero,
        };
        IReadOnlyList<string> faults = options.Validate();
        Assert.Equal(4, faults.Count);
        Assert.Contains(faults, f => f.Contains("0.0.0.0", StringComparison.Ordinal)
            && f.Contains("UnsafeAllowRemote", StringComparison.Ordinal));
        FrameListenerOptions remote = new() { Address = System.Net.IPAddress.Any, UnsafeAllowRemote = true };
        Assert.Empty(remote.Validate());
    }

    [Fact]
    public void TheLimitOfDescriptorsIsRead()
    {
        long? limit = DescriptorLimit.Read();
        Assert.True(OperatingSystem.IsWindows() ? limit is null : limit is > 16, $"limit {limit}");
    }

    private ListenerHarness Server(FrameListenerOptions? options = null) =>
        new(options ?? new FrameListenerOptions { Time = _time });

    private void StepAndSweep(ListenerHarness server, TimeSpan by)
    {
        _time.Step(by);
        server.Listener.Sweep();
    }

    private static byte[] Ping()
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        ClientFrameWriter.WritePing(output, 1);
        return output.WrittenSpan.ToArray();
    }

    private static async Task FloodAsync(FrameClient client, byte[] pings)
    {
        try
        {
            while (true)
            {
                await client.Socket.SendAsync(pings);
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // cut, as it should be
        }
    }
}
