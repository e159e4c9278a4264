using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FastStream.Client;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Client;

/// <summary>Goal: what cannot work ends with one clear exception, never with silence.</summary>
public sealed class ProducerFaultTests
{
    [Fact]
    public async Task NothingListeningIsToldAtOnceWithThePort()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        ProducerException exception = await Assert.ThrowsAsync<ProducerException>(() => Producer.ConnectAsync(
            new ProducerOptions { Port = port, Stream = "s", Name = "p" }));
        Assert.Contains($"Nothing listens on 127.0.0.1:{port}", exception.Message);
    }

    [Theory]
    [InlineData(ErrorCode.WrongVersion)]
    [InlineData(ErrorCode.Fenced)]
    [InlineData(ErrorCode.WrongKeyKind)]
    public async Task ARefusedHelloIsToldWithItsCode(ErrorCode code)
    {
        using FakeServer server = new() { RefuseHello = _ => code };
        ProducerException exception = await Assert.ThrowsAsync<ProducerException>(
            () => Producer.ConnectAsync(ProducerTests.Options(server)));
        Assert.Equal(code, exception.Code);
        Assert.Equal($"{code.WireName()}: {code.Remedy()}", exception.Message);
    }

    [Fact]
    public async Task ABusyProducerIsToldWithoutRetryAndWaitedForWithIt()
    {
        using FakeServer server = new()
        {
            RefuseHello = connection => connection <= 3 ? ErrorCode.ProducerBusy : ErrorCode.None,
        };
        ProducerException exception = await Assert.ThrowsAsync<ProducerException>(
            () => Producer.ConnectAsync(ProducerTests.Options(server) with { Retry = false }));
        Assert.Equal(ErrorCode.ProducerBusy, exception.Code);
        await using Producer producer = await Producer.ConnectAsync(ProducerTests.Options(server));
        Assert.Equal(4, server.Connections);
    }

    [Fact]
    public async Task AnotherProtocolIsTold()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task answer = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptSocketAsync();
            _ = await socket.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8
                .ToArray());
        });
        ProducerException exception = await Assert.ThrowsAsync<ProducerException>(() => Producer.ConnectAsync(
            new ProducerOptions { Port = ((IPEndPoint)listener.LocalEndpoint).Port, Stream = "s", Name = "p" }));
        Assert.Contains("is no FastStream server", exception.Message);
        await answer;
    }

    [Fact]
    public async Task FencingEndsTheProducer()
    {
        using FakeServer server = new() { HoldsAcks = true };
        await using Producer producer = await Producer.ConnectAsync(ProducerTests.Options(server));
        producer.Send(1, 1, 1);
        Task flush = producer.FlushAsync();
        await ProducerTests.Until(() => server.Records == 1);
        server.Answer(WriteFenced);
        ProducerException exception = await Assert.ThrowsAsync<ProducerException>(() => flush);
        Assert.Equal(ErrorCode.Fenced, exception.Code);
        Assert.Equal(ErrorCode.Fenced, Assert.Throws<ProducerException>(() => SendUntilTold(producer)).Code);
    }

    [Fact]
    public async Task WithoutRetryABrokenConnectionEndsTheProducer()
    {
        using FakeServer server = new() { Break = _ => true };
        await using Producer producer = await Producer.ConnectAsync(
            ProducerTests.Options(server) with { Retry = false });
        producer.Send(1, 1, 1);
        await Assert.ThrowsAsync<ProducerException>(() => ProducerTests.Flush(producer));
        Assert.NotNull(producer.Fault);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("a frame of nobody")]
    [InlineData("a broken payload")]
    [InlineData("an ack that cannot be")]
    public async Task BytesThatCannotBeReadBreakTheConnectionAndFramesAreSentAgain(string what)
    {
        using FakeServer server = new() { HoldsAcks = true };
        await using Producer producer = await Producer.ConnectAsync(ProducerTests.Options(server));
        producer.Send(1, 1, 1);
        Task flush = producer.FlushAsync();
        await ProducerTests.Until(() => server.LastSequence == 1);
        server.Answer(output =>
        {
            byte[] bytes = Protocol.Frames.Write(frame => ServerFrameWriter.WriteAck(frame, AckLevel.Durable, false, 1, 1, default));
            int at = what == "a frame of nobody" ? 0 : what == "a broken payload" ? WireFormat.HeaderBytes + 20 : WireFormat.HeaderBytes;
            bytes[at] = 0xFF;
            if (what == "an ack that cannot be")
            {
                FrameHeader.TryRead(bytes, FrameLimits.Default, out FrameHeader header);
                (header with { PayloadCrc32C = Crc32C.Compute(bytes.AsSpan(WireFormat.HeaderBytes)) }).Write(bytes);
            }

            output.Write(bytes);
        });
        await flush.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2, server.Connections);
        Assert.Null(producer.Fault);
    }

    [Fact]
    public async Task AServerThatForgotDurableFramesIsNotTrusted()
    {
        using FakeServer server = new();
        await using Producer producer = await Producer.ConnectAsync(ProducerTests.Options(server));
        producer.Send(1, 1, 1);
        await ProducerTests.Flush(producer);
        server.LastSequence = 0;
        server.CloseConnection();
        await ProducerTests.Until(() => producer.Fault is not null);
        Assert.Contains("was its data folder replaced?", producer.Fault!.Message);
    }

    [Fact]
    public async Task AServerThatForgotFramesBelowDurableIsGoneOnWith()
    {
        using FakeServer server = new() { Level = AckLevel.Applied };
        await using Producer producer = await Producer.ConnectAsync(
            ProducerTests.Options(server) with { AckLevel = AckLevel.Applied });
        producer.Send(1, 1, 1);
        producer.SendTime(1);
        await ProducerTests.Flush(producer);
        server.LastSequence = 1;
        server.CloseConnection();
        await ProducerTests.Until(() => server.Connections == 2);
        producer.Send(2, 2, 2);
        await ProducerTests.Flush(producer);
        Assert.Equal(2u, server.LastSequence);
        Assert.Equal(2, server.Records);
    }

    [Fact]
    public async Task AFrameOutOfItsOrderIsTheCallersMistake()
    {
        using FakeServer server = new();
        await using Producer producer = await Producer.ConnectAsync(ProducerTests.Options(server));
        producer.SendFrame(Protocol.Frames.WriteData(
            new Protocol.DataColumns { Sequence = 3, Keys = [1], Times = [1] }, EncodingMode.Raw));
        ProducerException exception = await Assert.ThrowsAsync<ProducerException>(() => ProducerTests.Flush(producer));
        Assert.Equal("Frame 3 does not follow 0.", exception.Message);
    }

    [Fact]
    public async Task MisuseIsToldByName()
    {
        using FakeServer server = new();
        await using Producer producer = await Producer.ConnectAsync(ProducerTests.Options(server));
        Assert.Throws<ArgumentException>(() => producer.Send(1, 1, [1, 2]));
        Assert.Throws<InvalidOperationException>(() => producer.Send("text", 1, 1));
        Assert.Throws<InvalidOperationException>(() => producer.SendById(1, 1, 1));
        Assert.Throws<ArgumentException>(() => producer.SendColumns([1, 2], [1], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => producer.SetPosition([]));
    }

    [Fact]
    public async Task AllFaultsOfTheOptionsAreToldAtOnce()
    {
        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => Producer.ConnectAsync(
            new ProducerOptions { Port = 0, Stream = "a/b", Name = "", Fields = ["x", "x"], BatchBytes = 1 }));
        string[] words = ["Port is 0", "Stream is 'a/b'", "Name is ''", "a name twice", "BatchBytes is 1"];
        foreach (string word in words)
        {
            Assert.Contains(word, exception.Message);
        }
    }

    private static void WriteFenced(System.Buffers.IBufferWriter<byte> output) =>
        FastStream.Protocol.Messages.ServerFrameWriter.WriteError(
            output, ErrorCode.Fenced, true, 0, 0, "epoch 2 has taken over");

    private static void SendUntilTold(Producer producer)
    {
        for (int record = 0; record < 10_000; record++)
        {
            producer.Send(1, 1, 1);
        }
    }
}
