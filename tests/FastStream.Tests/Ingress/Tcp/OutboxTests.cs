using System.Net;
using System.Net.Sockets;
using FastStream.Engine.Ingress;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>What leaves an outbox, in which order, and what is joined on the way.</summary>
public sealed class OutboxTests : IDisposable
{
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _server;
    private readonly Outbox _outbox;

    public OutboxTests()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _server = listener.Accept();
        SignalGate pump = new();
        FrameListenerOptions options = new();
        _outbox = new Outbox(_server, options, new UnsentBytes(options), new InFlightBytes(1 << 20, pump), pump);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task AcksInARowThatMeetBeforeTheyAreSentLeaveAsOneInTheirPlace()
    {
        for (ulong n = 1; n <= 5; n++)
        {
            _outbox.Ack(Of(n, accepted: 10));
        }

        _outbox.Refuse(new FrameRefusal(6, 6, ErrorCode.DiskFull, "full"));
        _outbox.Ack(Of(6, accepted: 1));
        _outbox.Ack(Of(8, accepted: 1)); // 7 is missing: not in a row
        _outbox.Ack(Of(9, accepted: 1) with { IsDuplicate = true });
        _outbox.Complete();
        await _outbox.RunAsync();

        List<(FrameKind Kind, ulong First, ulong Last, long Accepted)> frames = Read();
        Assert.Equal(
            [
                (FrameKind.Ack, 1UL, 5UL, 50L),
                (FrameKind.Error, 6UL, 6UL, 0L),
                (FrameKind.Ack, 6UL, 6UL, 1L),
                (FrameKind.Ack, 8UL, 8UL, 1L),
                (FrameKind.Ack, 9UL, 9UL, 1L),
            ],
            frames);
        Assert.Equal(9, _outbox.AnsweredFrames);
        Assert.Equal(4, _outbox.TakeAckFrames());
    }

    [Fact]
    public async Task NothingFollowsTheClose()
    {
        _outbox.Ack(Of(1, accepted: 1));
        _outbox.Close(ErrorCode.Fenced, "over");
        _outbox.Ack(Of(2, accepted: 1));
        _outbox.Pong(1);
        await _outbox.RunAsync();
        Assert.Equal([FrameKind.Ack, FrameKind.Error], Read().Select(frame => frame.Kind));
    }

    private static FrameAck Of(ulong sequence, long accepted) => new()
    {
        Level = AckLevel.Durable,
        First = sequence,
        Last = sequence,
        Counts = new AckCounts { Accepted = accepted },
    };

    private List<(FrameKind Kind, ulong First, ulong Last, long Accepted)> Read()
    {
        using NetworkStream stream = new(_client);
        using MemoryStream all = new();
        stream.CopyTo(all); // the outbox has shut its end down
        ReadOnlySpan<byte> bytes = all.ToArray();
        List<(FrameKind Kind, ulong First, ulong Last, long Accepted)> frames = [];
        while (!bytes.IsEmpty)
        {
            Assert.Equal(FrameError.None, FrameHeader.TryRead(bytes, FrameLimits.Default, out FrameHeader header));
            ReadOnlySpan<byte> payload = bytes.Slice(WireFormat.HeaderBytes, header.PayloadBytes);
            if (header.Kind == FrameKind.Ack)
            {
                Assert.Equal(FrameError.None, AckReader.TryRead(payload, out AckReader ack));
                frames.Add((header.Kind, ack.FirstSequence, ack.LastSequence, ack.Counts.Accepted));
            }
            else
            {
                Assert.Equal(FrameError.None, ErrorReader.TryRead(payload, out ErrorReader error));
                frames.Add((header.Kind, error.Sequence, error.Sequence, 0));
            }

            bytes = bytes[header.FrameBytes..];
        }

        return frames;
    }
}
