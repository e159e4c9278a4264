using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>
/// Each bound on what producers make the engine keep: up to it everything is taken, beyond it the refusal has a name.
/// </summary>
public sealed class EngineLimitTests
{
    [Fact]
    public async Task BeyondMaxStreamsASchemaCreatesNoStream()
    {
        await using ListenerHarness server = new(limits: new EngineLimits { MaxStreams = 2 });
        using FrameClient first = await FrameClient.OpenAsync(server.Port, stream: "a");
        using FrameClient second = await FrameClient.OpenAsync(server.Port, stream: "b");
        using FrameClient third = await FrameClient.ConnectAsync(server.Port);
        await third.HelloAsync(stream: "c");
        Assert.Equal(FrameKind.Welcome, (await third.ReadAsync()).Kind);
        Assert.Equal(ErrorCode.TooManyStreams, await RefusalOfSchemaAsync(third, 1, "value"));
        Assert.Equal(1, server.Count(EngineCounter.LimitRefusals));
        using FrameClient again = await FrameClient.OpenAsync(server.Port, stream: "a", producer: "q");
    }

    [Fact]
    public async Task BeyondMaxProducersANewNameIsRefusedAndAKnownOneIsNot()
    {
        await using ListenerHarness server = new(limits: new EngineLimits { MaxProducers = 2 });
        using FrameClient first = await FrameClient.OpenAsync(server.Port, producer: "p");
        using FrameClient second = await FrameClient.OpenAsync(server.Port, stream: "t", producer: "p");
        using FrameClient third = await FrameClient.ConnectAsync(server.Port);
        await third.HelloAsync(producer: "q");
        Assert.Equal(ErrorCode.TooManyProducers, (await third.ReadAsync()).Error().Code);
        Assert.Equal(1, server.Count(EngineCounter.LimitRefusals));
        using FrameClient known = await FrameClient.OpenAsync(server.Port, producer: "p");
        Assert.Equal(2UL, known.Welcome.Epoch);
    }

    [Fact]
    public async Task WithoutAllowNewStreamsAHelloMakesNoStreamAndASchemaNoField()
    {
        await using ListenerHarness server = new(allowNewStreams: false);
        using FrameClient stranger = await FrameClient.ConnectAsync(server.Port);
        await stranger.HelloAsync();
        Assert.Equal(ErrorCode.UnknownStream, (await stranger.ReadAsync()).Error().Code);

        server.Engine.Stream("s", "u64 (value)");
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        Assert.Equal(ErrorCode.SchemaConflict, await RefusalOfSchemaAsync(client, 2, "value", "other"));
    }

    [Fact]
    public async Task ASessionAnnouncesSixtyFourSchemasAndNotOneMore()
    {
        await using ListenerHarness server = new();
        using FrameClient client = await FrameClient.OpenAsync(server.Port); // announces number 1
        for (uint schema = 2; schema <= 64; schema++)
        {
            uint number = schema;
            await client.WriteAsync(output => ClientFrameWriter.WriteSchema(output, number, ["value"]));
            Assert.Equal(FrameKind.SchemaAccepted, (await client.ReadAsync()).Kind);
        }

        Assert.Equal(ErrorCode.SchemaConflict, await RefusalOfSchemaAsync(client, 65, "value"));
        Assert.Equal(1, server.Count(EngineCounter.LimitRefusals));
    }

    [Fact]
    public async Task BeyondMaxLayoutsPerStreamOnlyKnownOrdersOfFieldsAreTaken()
    {
        await using ListenerHarness server = new(limits: new EngineLimits { MaxLayoutsPerStream = 2 });
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            await client.WriteAsync(output => ClientFrameWriter.WriteSchema(output, 2, ["value", "other"]));
            Assert.Equal(FrameKind.SchemaAccepted, (await client.ReadAsync()).Kind);
            Assert.Equal(ErrorCode.SchemaConflict, await RefusalOfSchemaAsync(client, 3, "other", "value"));
            Assert.Equal(1, server.Count(EngineCounter.LimitRefusals));
        }

        // In another session too, and what is known stays usable.
        using FrameClient next = await FrameClient.OpenAsync(server.Port, producer: "q");
        Assert.Equal(ErrorCode.SchemaConflict, await RefusalOfSchemaAsync(next, 2, "other"));
    }

    [Fact]
    public async Task BeyondItsDictionaryIdsAProducersDictionaryIsRefusedForGoodAndItsDataGoOn()
    {
        await using ListenerHarness server = new(limits: new EngineLimits { MaxDictionaryIdsPerProducer = 3 });
        using (FrameClient client = await FrameClient.OpenAsync(server.Port, keyKind: KeyKind.Text))
        {
            await client.SendAsync(DataFrames.Dictionary(1, 0, "ORD", "JFK", "ORD")); // a repeated name takes an id too
            await client.SendAsync(DataFrames.Dictionary(2, 3, "SFO"));
            await client.SendAsync(DataFrames.Data(3, 30, keyCount: 3, textKeys: true));

            // A refusal is said at once, an ack once it is durable: which comes first is open.
            ServerFrame first = await client.ReadAsync();
            ServerFrame second = await client.ReadAsync();
            ServerFrame refusal = first.Kind == FrameKind.Error ? first : second;
            Assert.Equal(1UL, (first == refusal ? second : first).Ack().First);
            (ErrorCode code, bool closes, ulong sequence, ulong expected, string text) = refusal.Error();
            Assert.Equal((ErrorCode.KeyLimit, false, 2UL, 3UL), (code, closes, sequence, expected));
            Assert.Contains("MaxDictionaryIdsPerProducer", text, StringComparison.Ordinal);
            Assert.False(code.IsTransient());
            Assert.Equal(1, server.Count(EngineCounter.LimitRefusals));
            if (refusal == second || second.Ack().Last < 3)
            {
                await client.ReadAcksAsync(3);
            }
        }

        await server.AssertBalancedAsync();
    }

    [Fact]
    public async Task BeyondMaxKeysPerStreamRecordsOfFurtherNamesAreCountedAndThoseOfKnownOnesGoOn()
    {
        await using ListenerHarness server = new(limits: new EngineLimits { MaxKeysPerStream = 2 });
        using (FrameClient client = await FrameClient.OpenAsync(server.Port, keyKind: KeyKind.Text))
        {
            await client.SendAsync(DataFrames.Dictionary(1, 0, "ORD", "JFK", "SFO"));
            await client.SendAsync(DataFrames.Data(2, 30, keyCount: 3, textKeys: true));
            Assert.Equal(1, await client.ReadAcksAsync(1));
            AckCounts counts = (await client.ReadAsync()).Ack().Counts;
            Assert.Equal((20L, 10L), (counts.Accepted, counts.KeyLimit));
            Assert.Equal(10, server.Count(EngineCounter.RecordsOverKeyLimit));
        }

        await server.AssertBalancedAsync();
    }

    [Fact]
    public async Task BeyondMaxFrameBytesAHeaderIsEnoughToBeRefusedAndCounted()
    {
        await using ListenerHarness server = new(limits: new EngineLimits { MaxFrameBytes = 4_096 });
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        Assert.Equal(4_096, client.Welcome.MaxFrameBytes);
        await client.SendAsync(DataFrames.Data(1, 1_000).AsMemory(0, WireFormat.HeaderBytes));
        (ErrorCode code, bool closes, ulong _, ulong _, string text) = (await client.ReadAsync()).Error();
        Assert.Equal((ErrorCode.FrameTooLarge, true), (code, closes));
        Assert.Contains("4,096", text.Replace("4096", "4,096", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(1, server.Count(EngineCounter.FramesMalformed));
        Assert.Equal(0, server.Engine.Core.Blocks.LeasedBytes);
    }

    [Fact]
    public async Task BeyondMaxInFlightBytesOverAllSessionsAFrameWaitsAndIsTakenWhenThereIsRoom()
    {
        await using ListenerHarness server = new(
            limits: new EngineLimits { MaxFrameBytes = 64 << 10, MaxInFlightBytes = 1 << 20 });
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        BlockPool blocks = server.Engine.Core.Blocks;
        List<BlockLease> others = []; // stand for other sessions' frames
        while (blocks.TryRent(1, BlockPurpose.Frame, out BlockLease lease))
        {
            others.Add(lease);
        }

        Assert.Equal(1 << 20, blocks.LeasedBytes);
        await client.SendAsync(DataFrames.Data(1));
        await Eventually.Until(() => server.Count(EngineCounter.BackPressureStops) > 0);
        Assert.Equal(0, server.Count(EngineCounter.FramesReceived));
        others.ForEach(lease => lease.Dispose());
        Assert.Equal(1, await client.ReadAcksAsync(1));
    }

    [Fact]
    public async Task AConnectionHasSixtyFourQuestionsUnderWayAndNotOneMore()
    {
        await using ListenerHarness server = new(start: false);
        SlowQuestions questions = new();
        server.Listener.Start(server.Engine.Core, questions);
        using FrameClient client = await AskAsync(server, requests: 65);

        (ErrorCode code, bool closes, ulong _, ulong _, string text) = (await client.ReadAsync()).Error();
        Assert.Equal((ErrorCode.Overloaded, false), (code, closes));
        Assert.StartsWith("request 65: ", text, StringComparison.Ordinal);
        questions.Answer.SetResult();
        for (int answer = 0; answer < 64; answer++)
        {
            Assert.Equal(FrameKind.Result, (await client.ReadAsync()).Kind);
        }
    }

    [Fact]
    public async Task AConnectionsAnswersAreMadeOneAfterTheOtherSoThatItHoldsOneAtMost()
    {
        await using ListenerHarness server = new(start: false);
        SlowQuestions questions = new();
        server.Listener.Start(server.Engine.Core, questions);
        using FrameClient client = await AskAsync(server, requests: 8);

        await Eventually.Until(() => questions.UnderWay == 1);
        questions.Answer.SetResult();
        for (int answer = 0; answer < 8; answer++)
        {
            Assert.Equal(FrameKind.Result, (await client.ReadAsync()).Kind);
        }

        Assert.Equal(1, questions.MostUnderWay);
    }

    // A connection that has asked so often and read no answer yet.
    private static async Task<FrameClient> AskAsync(ListenerHarness server, uint requests)
    {
        FrameClient client = await FrameClient.ConnectAsync(server.Port);
        await client.HelloAsync(stream: "", producer: "");
        Assert.Equal(FrameKind.Welcome, (await client.ReadAsync()).Kind);
        for (uint request = 1; request <= requests; request++)
        {
            uint number = request;
            await client.WriteAsync(output => ClientFrameWriter.WriteQuery(output, number, "ledger"));
        }

        return client;
    }

    [Theory]
    [InlineData(null, 10_000, 64)]
    [InlineData(10_384L, 10_000, 64)]
    [InlineData(10_383L, 9_999, 64)]
    [InlineData(1_024L, 640, 64)]
    [InlineData(300L, 22, 11)]
    [InlineData(100L, 2, 1)]
    public void ConnectionsLeaveDescriptorsForEverythingElse(long? descriptors, int allowed, int http)
    {
        FrameListenerOptions options = new() { MaxConnections = 10_000 };
        Assert.Equal((allowed, http), FrameListener.AllowedConnections(options, descriptors, NullLogger.Instance));
        Assert.Equal(new DescriptorShares(allowed, http, http), DescriptorShares.Of(descriptors, 10_000, 64));
        Assert.True(descriptors is null or < 260 || allowed + http + http + 256 <= descriptors);
    }

    private static async Task<ErrorCode> RefusalOfSchemaAsync(FrameClient client, uint schemaId, params string[] fields)
    {
        await client.WriteAsync(output => ClientFrameWriter.WriteSchema(output, schemaId, fields));
        return (await client.ReadAsync()).Error().Code;
    }

    /// <summary>Every answer waits until the test lets all of them go.</summary>
    private sealed class SlowQuestions : IConnectionQuestions
    {
        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int UnderWay { get; private set; }

        public int MostUnderWay { get; private set; }

        public async Task AnswerAsync(string question, IAnswerLines lines, CancellationToken stop)
        {
            lock (Answer)
            {
                UnderWay++;
                MostUnderWay = Math.Max(MostUnderWay, UnderWay);
            }

            await Answer.Task.WaitAsync(stop);
            lock (Answer)
            {
                UnderWay--;
            }
        }

        public Task SubscribeAsync(
            string stream, string view, AckLevel level, ulong fromAddress, IAnswerLines lines, CancellationToken stop) =>
            Answer.Task.WaitAsync(stop);
    }
}
