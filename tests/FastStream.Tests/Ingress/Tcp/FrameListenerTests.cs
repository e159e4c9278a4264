using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Engine.Serving;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>
/// Sessions over a real loopback socket: what goes in is in the engine and acked, whatever the pieces it comes in; what
/// is wrong is answered by name.
/// </summary>
public sealed class FrameListenerTests
{
    [Theory]
    [InlineData(AckLevel.Applied)]
    [InlineData(AckLevel.Written)]
    [InlineData(AckLevel.Durable)]
    public async Task FramesAreAckedAtTheLevelThatTheHelloAskedFor(AckLevel level)
    {
        await using ListenerHarness server = new();
        using (FrameClient client = await FrameClient.OpenAsync(server.Port, level: level))
        {
            WelcomeFields welcome = client.Welcome;
            Assert.Equal((1UL, 0UL, level), (welcome.Epoch, welcome.LastSequence, welcome.AckLevel));
            await client.SendAsync(DataFrames.Data(1));
            var ack = (await client.ReadAsync()).Ack();
            Assert.Equal((level, false, 1UL, 1UL), (ack.Level, ack.IsDuplicate, ack.First, ack.Last));
            Assert.Equal(4, ack.Counts.Accepted);
        }

        await server.AssertBalancedAsync();
        Assert.Equal(1, server.Count(EngineCounter.FramesReceived));
        Assert.Equal(1, server.Count(EngineCounter.FramesJournaled));
    }

    [Theory]
    [InlineData(1, EncodingMode.Raw, false)]
    [InlineData(63, EncodingMode.Auto, false)]
    [InlineData(1_000, EncodingMode.Auto, true)]
    [InlineData(70_001, EncodingMode.Raw, true)]
    [InlineData(1 << 20, EncodingMode.Auto, false)]
    public async Task AnyPiecesOfAStreamGiveTheSameRecords(int pieceBytes, EncodingMode mode, bool compress)
    {
        int frameCount = pieceBytes == 1 ? 5 : 60;
        int recordCount = pieceBytes < 1_000 ? 50 : 5_000;
        await using ListenerHarness server = new();
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            byte[] all = [.. Enumerable.Range(1, frameCount)
                .SelectMany(n => DataFrames.Data((ulong)n, recordCount, 7, mode, compress))];
            Task<long> acks = client.ReadAcksAsync((ulong)frameCount);
            for (int at = 0; at < all.Length; at += pieceBytes)
            {
                await client.SendAsync(all.AsMemory(at, Math.Min(pieceBytes, all.Length - at)));
            }

            Assert.Equal(frameCount, await acks);
        }

        await server.AssertBalancedAsync();
        await server.Engine.AdvanceAsync("s");
        WindowAnswer answer = await server.Engine.QueryAsync(
            new WindowQuery { Stream = "s", View = "1m", IncludeOpen = true, Limit = 100_000 });
        Assert.Equal((long)frameCount * recordCount, answer.Rows.Sum(row => row.Count));
        double expected = frameCount * Enumerable.Range(0, recordCount).Sum(i => (double)(i % 100));
        Assert.Equal(expected, answer.Rows.Sum(row => row.Values[1]));
    }

    [Fact]
    public async Task TextKeysTravelAsIdsOfADictionaryFrame()
    {
        await using ListenerHarness server = new();
        using (FrameClient client = await FrameClient.OpenAsync(server.Port, keyKind: KeyKind.Text))
        {
            // In one piece, so that the data frame is decoded before its dictionary is known.
            byte[] dictionary = DataFrames.Dictionary(1, 0, "ORD", "JFK", "SFO");
            await client.SendAsync(dictionary.Concat(DataFrames.Data(2, 300, 3, textKeys: true)).ToArray());
            Assert.Equal(2, await client.ReadAcksAsync(2));
        }

        WindowAnswer answer = await server.Engine.QueryAsync(
            new WindowQuery { Stream = "s", View = "1m", IncludeOpen = true, KeyText = "JFK" });
        Assert.Equal(100, answer.Rows.Sum(row => row.Count));
    }

    [Fact]
    public async Task AFrameSentAgainIsAckedAsADuplicateAndAGapIsRefusedWithTheExpectedSequence()
    {
        await using ListenerHarness server = new();
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            await client.SendAsync(DataFrames.Data(1));
            Assert.False((await client.ReadAsync()).Ack().IsDuplicate);
            await client.SendAsync(DataFrames.Data(1));
            Assert.True((await client.ReadAsync()).Ack().IsDuplicate);
            await client.SendAsync(DataFrames.Data(5));
            var gap = (await client.ReadAsync()).Error();
            Assert.Equal((ErrorCode.OutOfSequence, false), (gap.Code, gap.Closes));
            Assert.Equal((5UL, 2UL), (gap.Sequence, gap.Expected));
            await client.SendAsync(DataFrames.Data(2));
            Assert.Equal(2UL, (await client.ReadAsync()).Ack().Last);
        }

        await server.AssertBalancedAsync();
        Assert.Equal(4, server.Count(EngineCounter.FramesReceived));
        Assert.Equal(1, server.Count(EngineCounter.FramesDuplicate));
        Assert.Equal(1, server.Count(EngineCounter.FramesRefused));
    }

    [Fact]
    public async Task AFrameThatCannotBeDecodedIsRefusedForGoodAndTheNextOneIsTaken()
    {
        await using ListenerHarness server = new();
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            await client.SendAsync(DataFrames.Data(1, textKeys: true)); // key ids in a stream of numbers
            Assert.Equal(1UL, (await client.ReadAsync()).Error().Sequence);
            await client.SendAsync(DataFrames.Data(2));
            Assert.Equal(2UL, (await client.ReadAsync()).Ack().Last);
        }

        await server.AssertBalancedAsync();
        Assert.Equal(4, (await server.Engine.LedgerAsync()).Streams[0].Tombstone);
    }

    [Theory]
    [InlineData(0, ErrorCode.BadMagic)]
    [InlineData(4, ErrorCode.WrongVersion)]
    [InlineData(20, ErrorCode.BadCrc)]
    [InlineData(70, ErrorCode.BadCrc)]
    public async Task AFlippedByteEndsTheSessionByNameAndIsCounted(int offset, ErrorCode expected)
    {
        await using ListenerHarness server = new();
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            byte[] frame = DataFrames.Data(1);
            frame[offset] ^= 0x40;
            await client.SendAsync(frame);
            (ErrorCode code, bool closes, ulong _, ulong _, string text) = (await client.ReadAsync()).Error();
            Assert.Equal(expected, code);
            Assert.True(closes);
            Assert.Contains(": ", text, StringComparison.Ordinal);
            Assert.Null(await client.TryReadAsync());
        }

        await server.AssertBalancedAsync();
        Assert.Equal(1, server.Count(EngineCounter.FramesMalformed));
        Assert.Equal(1, server.Count(EngineCounter.ConnectionsClosed));
    }

    [Fact]
    public async Task AFrameBeforeTheHelloIsAnsweredByNameAndTheConnectionCloses()
    {
        await using ListenerHarness server = new();
        using FrameClient client = await FrameClient.ConnectAsync(server.Port);
        await client.SendAsync(DataFrames.Data(1));
        var error = (await client.ReadAsync()).Error();
        Assert.Equal((ErrorCode.HelloExpected, true), (error.Code, error.Closes));
        Assert.Null(await client.TryReadAsync());
    }

    [Fact]
    public async Task ASecondHelloIsRefused()
    {
        await using ListenerHarness server = new();
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        await client.HelloAsync();
        Assert.Equal(ErrorCode.NotAllowed, (await client.ReadAsync()).Error().Code);
    }

    [Fact]
    public async Task AnotherProtocolIsToldSoAtItsFirstBytes()
    {
        await using ListenerHarness server = new();
        using FrameClient client = await FrameClient.ConnectAsync(server.Port);
        await client.SendAsync("GET / HTTP/1.1\r\n"u8.ToArray());
        (ErrorCode code, bool _, ulong _, ulong _, string text) = (await client.ReadAsync()).Error();
        Assert.Equal(ErrorCode.BadMagic, code);
        Assert.Contains("47 45 54 20", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APingIsAnsweredWithItsNumber()
    {
        await using ListenerHarness server = new();
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        await client.WriteAsync(output => ClientFrameWriter.WritePing(output, 42));
        ServerFrame pong = await client.ReadAsync();
        Assert.Equal(FrameError.None, PingReader.TryRead(pong.Payload, out ulong token));
        Assert.Equal((FrameKind.Pong, 42UL), (pong.Kind, token));
    }

    [Fact]
    public async Task ALiveProducerIsBusyAndAHigherEpochTakesOver()
    {
        await using ListenerHarness server = new();
        using FrameClient first = await FrameClient.OpenAsync(server.Port);
        using FrameClient second = await FrameClient.ConnectAsync(server.Port);
        await second.HelloAsync(epoch: 1);
        Assert.Equal(ErrorCode.ProducerBusy, (await second.ReadAsync()).Error().Code);

        using FrameClient third = await FrameClient.OpenAsync(server.Port, epoch: 0);
        Assert.Equal(2UL, third.Welcome.Epoch);
        (ErrorCode code, bool closes, ulong _, ulong _, string _) = (await first.ReadAsync()).Error();
        Assert.Equal((ErrorCode.Fenced, true), (code, closes));
    }

    [Fact]
    public async Task BeforeAStreamExistsOneSessionOfAProducerIsWelcomedAndTheNextOnceThatHasGone()
    {
        await using ListenerHarness server = new();
        using (FrameClient first = await FrameClient.ConnectAsync(server.Port))
        {
            await first.HelloAsync();
            Assert.Equal(1UL, (await first.ReadAsync()).Welcome().Epoch);
            using FrameClient second = await FrameClient.ConnectAsync(server.Port);
            await second.HelloAsync();
            Assert.Equal(ErrorCode.ProducerBusy, (await second.ReadAsync()).Error().Code);
            using FrameClient other = await FrameClient.ConnectAsync(server.Port);
            await other.HelloAsync(producer: "q");
            Assert.Equal(FrameKind.Welcome, (await other.ReadAsync()).Kind);
        }

        await Eventually.Until(() => server.Listener.ConnectionCount == 0);
        using FrameClient third = await FrameClient.OpenAsync(server.Port);
        Assert.Equal(1UL, third.Welcome.Epoch);
        Assert.Empty(server.Engine.Core.State.Expected);
    }

    [Fact]
    public async Task ASessionGoesOnWhereTheLastOneOfItsEpochEnded()
    {
        await using ListenerHarness server = new();
        using (FrameClient client = await FrameClient.OpenAsync(server.Port, epoch: 7))
        {
            await client.SendAsync(DataFrames.Data(1));
            Assert.Equal(1, await client.ReadAcksAsync(1));
        }

        await Eventually.Until(() => server.Listener.ConnectionCount == 0);
        using FrameClient again = await FrameClient.OpenAsync(server.Port, epoch: 7);
        Assert.Equal((7UL, 1UL), (again.Welcome.Epoch, again.Welcome.LastSequence));
    }

    [Fact]
    public async Task BeyondItsBytesInFlightASessionIsNotReadFromAndNothingIsLost()
    {
        EngineLimits limits = new() { MaxFrameBytes = 16 << 10, MaxInFlightBytesPerSession = 16 << 10 };
        await using ListenerHarness server = new(limits: limits);
        const int FrameCount = 400;
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            // Until the bound has been met the sequencer is held up, or a quick engine would never let it be.
            using ManualResetEventSlim isMet = new();
            server.Engine.Core.Sequencer.Post(new CallCommand(() => isMet.Wait(TimeSpan.FromSeconds(60))));
            Task<long> acks = client.ReadAcksAsync(FrameCount);
            Task sending = client.SendAsync(Enumerable.Range(1, FrameCount)
                .SelectMany(n => DataFrames.Data((ulong)n, 400)).ToArray());
            await Eventually.Until(() => server.Count(EngineCounter.BackPressureStops) > 0);
            isMet.Set();
            await sending;
            Assert.Equal(FrameCount, await acks);
        }

        await server.AssertBalancedAsync();
        Assert.True(server.Count(EngineCounter.BackPressureStops) > 0, "the bound was never reached");
        Assert.Equal(FrameCount, server.Count(EngineCounter.FramesJournaled));
    }

    [Fact]
    public async Task AStopAnswersWhatWasSentAndSaysThatItStops()
    {
        ListenerHarness server = new();
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        await client.SendAsync(Enumerable.Range(1, 50).SelectMany(n => DataFrames.Data((ulong)n)).ToArray());
        await Eventually.Until(() => server.Count(EngineCounter.FramesReceived) == 50);
        Task stop = server.DisposeAsync().AsTask();
        Assert.Equal(50, await client.ReadAcksAsync(50));
        Assert.Equal(ErrorCode.ShuttingDown, (await client.ReadAsync()).Error().Code);
        client.Dispose();
        await stop.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task BeforeTheEngineIsThereEveryConnectionIsToldThatItIsNotReady()
    {
        await using ListenerHarness server = new(start: false);
        using FrameClient client = await FrameClient.ConnectAsync(server.Port);
        Assert.Equal(ErrorCode.NotReady, (await client.ReadAsync()).Error().Code);
        Assert.Null(await client.TryReadAsync());
    }
}
