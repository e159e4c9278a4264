using FastStream.Client;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.Tests.Protocol;

namespace FastStream.Tests.Client;

/// <summary>Goal: every record arrives once, in order, whatever the server and the connection do.</summary>
public sealed class ProducerTests
{
    [Fact]
    public async Task RecordsArriveInTheirOrderAndFlushWaitsForTheAcks()
    {
        using FakeServer server = new();
        await using Producer producer = await Producer.ConnectAsync(Options(server));
        for (int record = 0; record < 10_000; record++)
        {
            producer.Send((ulong)record, record, record / 2.0);
        }

        await Flush(producer);
        AssertRecords(server, 10_000);
        Assert.True(server.Frames.Length > 5);
        ProducerCounts counts = producer.Counts;
        Assert.Equal(10_000, counts.Records.Accepted);
        Assert.Equal(server.Frames.Length, counts.FramesAcked);
        Assert.Equal((ulong)server.Frames.Length, producer.SettledThrough);
    }

    [Fact]
    public async Task AFrameThatIsNotFullLeavesAfterTheLinger()
    {
        using FakeServer server = new();
        await using Producer producer = await Producer.ConnectAsync(Options(server));
        producer.Send(0, 0, 0);
        await Until(() => server.Records == 1);
        producer.Send(1, 1, 0.5);
        await Until(() => server.Records == 2);
        AssertRecords(server, 2);
    }

    [Theory]
    [InlineData(EncodingMode.Raw, false)]
    [InlineData(EncodingMode.Auto, false)]
    [InlineData(EncodingMode.Auto, true)]
    public async Task TextKeysAreAnnouncedBeforeTheirUse(EncodingMode mode, bool compress)
    {
        using FakeServer server = new() { KeyKind = KeyKind.Text };
        ProducerOptions options = Options(server) with
        {
            KeyKind = KeyKind.Text,
            Encoding = mode,
            Compress = compress,
            Fields = ["a", "b"],
        };
        await using Producer producer = await Producer.ConnectAsync(options);
        for (int record = 0; record < 5_000; record++)
        {
            producer.Send($"key-{record % 700}", record, record, record / 2.0);
        }

        producer.Send("key-0"u8, 5_000, 5_000, 2_500);
        await Flush(producer);
        Assert.Equal(Enumerable.Range(0, 700).Select(key => $"key-{key}"), server.Names);
        Assert.Equal(
            Enumerable.Range(0, 5_000).Select(record => (uint)(record % 700)).Append(0u),
            server.Frames.SelectMany(frame => frame.KeyIds));
        Assert.Equal(
            Enumerable.Range(0, 5_001).Select(record => record / 2.0),
            server.Frames.SelectMany(frame => frame.Fields[1]));
    }

    [Fact]
    public async Task ColumnsOfAnyLengthAreCutIntoFrames()
    {
        using FakeServer server = new();
        await using Producer producer = await Producer.ConnectAsync(Options(server));
        producer.Send(0, 0, 0);
        ulong[] keys = [.. Enumerable.Range(1, 3_000).Select(record => (ulong)record)];
        producer.SendColumns(keys, [.. keys.Select(key => (long)key)], [.. keys.Select(key => key / 2.0)]);
        await Flush(producer);
        AssertRecords(server, 3_001);
    }

    [Fact]
    public async Task ABrokenConnectionLosesAndDoublesNothing()
    {
        using FakeServer server = new() { Break = sequence => sequence % 4 == 0 };
        await using Producer producer = await Producer.ConnectAsync(Options(server));
        for (int record = 0; record < 5_000; record++)
        {
            producer.Send((ulong)record, record, record / 2.0);
        }

        await Flush(producer);
        AssertRecords(server, 5_000);
        Assert.True(server.Connections > 5);
        Assert.True(server.Duplicates > 0);
        Assert.Equal(server.Connections - 1, producer.Counts.Reconnects);
    }

    [Fact]
    public async Task ATransientRefusalIsSentAgainFromTheExpectedFrame()
    {
        int refusals = 0;
        using FakeServer server = new()
        {
            Refuse = sequence => sequence == 3 && Interlocked.Increment(ref refusals) <= 2
                ? ErrorCode.DiskFull : ErrorCode.None,
        };
        await using Producer producer = await Producer.ConnectAsync(Options(server));
        for (int record = 0; record < 5_000; record++)
        {
            producer.Send((ulong)record, record, record / 2.0);
        }

        await Flush(producer);
        AssertRecords(server, 5_000);
        Assert.True(producer.Counts.TransientRefusals >= 2);
        Assert.True(producer.Counts.FramesResent >= 2);
    }

    [Fact]
    public async Task APermanentRefusalDropsTheFrameAndGoesOn()
    {
        List<FrameRefusal> refusals = [];
        using FakeServer server = new()
        {
            Refuse = sequence => sequence == 2 ? ErrorCode.Undecodable : ErrorCode.None,
        };
        ProducerOptions options = Options(server) with { OnRefused = refusals.Add };
        await using Producer producer = await Producer.ConnectAsync(options);
        for (int record = 0; record < 1_000; record++)
        {
            producer.Send((ulong)record, record, record / 2.0);
        }

        await Flush(producer);
        FrameRefusal refusal = Assert.Single(refusals);
        Assert.Equal(2u, refusal.Sequence);
        Assert.Equal(ErrorCode.Undecodable, refusal.Code);
        Assert.Equal(1, producer.Counts.FramesRefused);
        Assert.Equal(1_000 - producer.Capacity, server.Records);
    }

    [Fact]
    public async Task TrySendNeverWaitsAndSendWaitsForTheWindow()
    {
        using FakeServer server = new() { HoldsAcks = true };
        ProducerOptions options = Options(server) with { MaxInFlightFrames = 2 };
        await using Producer producer = await Producer.ConnectAsync(options);
        int taken = 0;
        await Until(() =>
        {
            while (producer.TrySend((ulong)taken, taken, taken / 2.0))
            {
                taken++;
            }

            return server.Frames.Length == 2;
        });
        Assert.False(producer.TrySend(9, 9, 9));
        Assert.InRange(taken, 2 * producer.Capacity, 5 * producer.Capacity);

        Task waiting = Task.Run(() => producer.Send((ulong)taken, taken, taken / 2.0));
        Assert.False(waiting.IsCompleted);
        server.AckNow();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        await Flush(producer);
        AssertRecords(server, taken + 1);
    }

    [Fact]
    public async Task AFrameEndsAtTheSourcePositionSoThatTheSourceCanResume()
    {
        using FakeServer server = new();
        await using (Producer producer = await Producer.ConnectAsync(Options(server)))
        {
            for (int record = 0; record < 1_000; record++)
            {
                producer.Send((ulong)record, record, record / 2.0);
                if (record % 7 == 6)
                {
                    producer.SetPosition(BitConverter.GetBytes(record + 1));
                }
            }

            // No flush: what lies behind the last position must not leave on its own.
            await Until(() => server.Position.Length > 0 && BitConverter.ToInt32(server.Position) == 994);
            Assert.Equal(994, server.Records);
        }

        foreach (DataColumns frame in server.Frames.Where(frame => frame.Position.Length > 0))
        {
            Assert.Equal((ulong)BitConverter.ToInt32(frame.Position), frame.Keys[^1] + 1);
        }

        AssertRecords(server, 1_000);
        await using Producer next = await Producer.ConnectAsync(Options(server) with { Epoch = 1 });
        Assert.Equal(994, BitConverter.ToInt32(next.Position));
        Assert.Equal(server.LastSequence, next.LastSequence);
    }

    [Fact]
    public async Task TimeAndEndFollowTheRecordsBeforeThem()
    {
        using FakeServer server = new();
        await using Producer producer = await Producer.ConnectAsync(Options(server));
        producer.Send(0, 0, 0);
        producer.SendTime(100);
        producer.Send(1, 101, 0.5);
        producer.End();
        await Flush(producer);
        Assert.Equal(
            [FrameKind.Data, FrameKind.Time, FrameKind.Data, FrameKind.End],
            server.Kinds.Where(kind => kind.IsSequenced()));
        await producer.WhenAcked(4).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FramesEncodedBeforeAreSentAsTheyAre(bool inPlace)
    {
        List<ProducerAck> acks = [];
        using FakeServer server = new() { LastSequence = 5 };
        ProducerOptions options = Options(server) with { FirstSequence = 4, OnAck = acks.Add };
        await using Producer producer = await Producer.ConnectAsync(options);
        for (ulong sequence = 4; sequence <= 8; sequence++)
        {
            byte[] frame = Frames.WriteData(
                new DataColumns { Sequence = sequence, Keys = [sequence], Times = [1], Fields = [[2]] },
                EncodingMode.Raw);
            if (inPlace)
            {
                producer.SendFrameInPlace(frame);
            }
            else
            {
                producer.SendFrame(frame);
            }
        }

        await Flush(producer);
        Assert.Equal([6, 7, 8], server.Frames.Select(frame => (int)frame.Keys[0]));
        Assert.Equal([true, true, false, false, false], acks.Select(ack => ack.IsDuplicate));
        Assert.Equal(2, producer.Counts.Records.Duplicates);
        Assert.All(acks, ack => Assert.True(ack.Latency > TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => producer.SendFrame(new byte[64]));
    }

    [Fact]
    public async Task AtLevelNoneFlushWaitsForTheSending()
    {
        using FakeServer server = new() { Level = AckLevel.None };
        await using Producer producer = await Producer.ConnectAsync(Options(server) with { AckLevel = AckLevel.None });
        for (int record = 0; record < 3_000; record++)
        {
            producer.Send((ulong)record, record, record / 2.0);
        }

        await Flush(producer);
        await Until(() => server.Records == 3_000);
        AssertRecords(server, 3_000);
    }

    [Fact]
    public async Task RefusedRecordsAreTold()
    {
        List<RecordRefusal> refusals = [];
        using FakeServer server = new() { HoldsAcks = true };
        ProducerOptions options = Options(server) with { OnRecordRefused = refusals.Add };
        await using Producer producer = await Producer.ConnectAsync(options);
        producer.Send(1, 1, 1);
        Task flush = producer.FlushAsync();
        await Until(() => server.Records == 1);
        server.Answer(output => ServerFrameWriter.WriteAck(
            output, AckLevel.Durable, false, 1, 1, new AckCounts { Future = 1 },
            [new RecordRefusal(1, 0, RefusalReason.Future, 0)]));
        await flush.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(new RecordRefusal(1, 0, RefusalReason.Future, 0), Assert.Single(refusals));
        Assert.Equal(1, producer.Counts.Records.Future);
    }

    internal static ProducerOptions Options(FakeServer server) => new()
    {
        Port = server.Port,
        Stream = "s",
        Name = "p",
        BatchBytes = 4_096,
        MinBackOff = TimeSpan.FromMilliseconds(5),
        MaxBackOff = TimeSpan.FromMilliseconds(20),
    };

    internal static Task Flush(Producer producer) => producer.FlushAsync().WaitAsync(TimeSpan.FromSeconds(20));

    internal static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(1, deadline.Token);
        }
    }

    private static void AssertRecords(FakeServer server, int count)
    {
        DataColumns[] frames = server.Frames;
        Assert.Equal(Enumerable.Range(0, count).Select(key => (ulong)key), frames.SelectMany(frame => frame.Keys));
        Assert.Equal(Enumerable.Range(0, count).Select(time => (long)time), frames.SelectMany(frame => frame.Times));
        Assert.Equal(
            Enumerable.Range(0, count).Select(value => value / 2.0), frames.SelectMany(frame => frame.Fields[0]));
    }
}
