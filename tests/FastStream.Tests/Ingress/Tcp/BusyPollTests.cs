using System.Net;
using System.Net.Sockets;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Ingress.Tcp.Polling;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>Connections that a thread polls behave as all others do; it takes no more than it may, and ends.</summary>
public sealed class BusyPollTests
{
    private static readonly FrameListenerOptions s_two = new() { BusyPollConnections = 2 };

    [Theory]
    [InlineData(AckLevel.Applied)]
    [InlineData(AckLevel.Durable)]
    public async Task PolledConnectionsAndThoseBeyondThemAreAckedAlike(AckLevel level)
    {
        await using ListenerHarness server = new(s_two);
        List<FrameClient> clients = [];
        for (int i = 0; i < 4; i++)
        {
            clients.Add(await FrameClient.OpenAsync(server.Port, producer: $"p{i}", level: level));
        }

        Assert.Equal(2, server.Listener.PolledCount);
        for (ulong n = 1; n <= 20; n++)
        {
            foreach (FrameClient client in clients)
            {
                await client.SendAsync(DataFrames.Data(n));
                Assert.Equal(n, (await client.ReadAsync()).Ack().Last);
            }
        }

        clients.ForEach(client => client.Dispose());
        await server.AssertBalancedAsync();
        Assert.Equal(80, server.Count(Engine.Monitoring.EngineCounter.FramesJournaled));
    }

    [Fact]
    public async Task APlaceThatBecameFreeIsTakenAgain()
    {
        await using ListenerHarness server = new(s_two with { BusyPollConnections = 1 });
        for (int i = 0; i < 5; i++)
        {
            using (FrameClient client = await FrameClient.OpenAsync(server.Port, producer: $"p{i}"))
            {
                await client.SendAsync(DataFrames.Data(1));
                Assert.Equal(1UL, (await client.ReadAsync()).Ack().Last);
                Assert.Equal(1, server.Listener.PolledCount);
            }

            await server.AssertBalancedAsync();
            await Eventually.Until(() => server.Listener.PolledCount == 0);
        }
    }

    [Fact]
    public async Task ALargeFrameInPiecesIsTakenByAPolledConnection()
    {
        await using ListenerHarness server = new(s_two);
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            byte[] frame = DataFrames.Data(1, 40_000);
            for (int at = 0; at < frame.Length; at += 70_001)
            {
                await client.SendAsync(frame.AsMemory(at, Math.Min(70_001, frame.Length - at)));
            }

            Assert.Equal(40_000, (await client.ReadAsync()).Ack().Counts.Accepted);
        }

        await server.AssertBalancedAsync();
    }

    [Fact]
    public async Task WhatIsNoFrameIsAnsweredByNameAndEndsThePolledConnection()
    {
        await using ListenerHarness server = new(s_two);
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            byte[] frame = DataFrames.Data(1);
            frame[^1] ^= 1;
            await client.SendAsync(frame);
            Assert.Equal(FrameKind.Error, (await client.ReadAsync()).Kind);
        }

        await server.AssertBalancedAsync();
    }

    [Fact]
    public async Task TheListenerEndsWithPolledConnectionsOpen()
    {
        ListenerHarness server = new(s_two with { CloseTimeout = TimeSpan.FromSeconds(1) });
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task WhoWaitsForAPolledSocketOrAGateGoesOnUponThePollersThread()
    {
        using BusyPoller poller = new(maxConnections: 1);
        Assert.True(poller.TryEnter());
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        PolledSocket polled = new(server, poller);
        SignalGate gate = new(poller);
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<string?[]> threads = new(TaskCreationOptions.RunContinuationsAsynchronously);

        async void Wait() // begun on the poller's thread: it cannot look before both waits have begun
        {
            ValueTask signal = gate.WaitAsync();
            waits.SetResult();
            await signal.ConfigureAwait(false);
            string? afterGate = Thread.CurrentThread.Name;
            SocketError error = await polled.WhenReadableAsync().ConfigureAwait(false);
            threads.SetResult([afterGate, Thread.CurrentThread.Name, error.ToString()]);
        }

        poller.Post(Wait);
        await waits.Task.WaitAsync(TimeSpan.FromSeconds(60));
        gate.Signal();
        Assert.False(threads.Task.IsCompleted);
        client.Send([1]);
        string?[] seen = await threads.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("faststream-poll, faststream-poll, Success", string.Join(", ", seen));
        poller.Leave();
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void PolledConnectionsAreAHandful(int count, bool isSound)
    {
        IReadOnlyList<string> faults = new FrameListenerOptions { BusyPollConnections = count }.Validate();
        Assert.Equal(isSound ? [] : [$"BusyPollConnections {count} is outside 0..64"], faults);
    }

    [Fact]
    public void APollerWithoutConnectionsRunsWhatIsPostedAndRests()
    {
        using BusyPoller poller = new(maxConnections: 1);
        using ManualResetEventSlim ran = new();
        for (int i = 0; i < 100; i++)
        {
            ran.Reset();
            poller.Post(ran.Set);
            Assert.True(ran.Wait(TimeSpan.FromSeconds(60)));
        }

        Assert.True(poller.TryEnter());
        Assert.False(poller.TryEnter());
        poller.Leave();
        Assert.True(poller.TryEnter());
    }
}
