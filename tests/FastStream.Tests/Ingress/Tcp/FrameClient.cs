using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>A frame that a server sent, read into plain values.</summary>
internal sealed record ServerFrame(FrameHeader Header, byte[] Payload)
{
    public FrameKind Kind => Header.Kind;

    public (ErrorCode Code, bool Closes, ulong Sequence, ulong Expected, string Text) Error()
    {
        Assert.Equal(FrameKind.Error, Kind);
        Assert.Equal(FrameError.None, ErrorReader.TryRead(Payload, out ErrorReader error));
        string text = Encoding.UTF8.GetString(error.Text);
        return (error.Code, error.ClosesSession, error.Sequence, error.ExpectedSequence, text);
    }

    public (AckLevel Level, bool IsDuplicate, ulong First, ulong Last, AckCounts Counts) Ack()
    {
        Assert.True(Kind == FrameKind.Ack, Kind == FrameKind.Error ? Error().Text : $"{Kind} instead of an ack");
        Assert.Equal(FrameError.None, AckReader.TryRead(Payload, out AckReader ack));
        return (ack.Level, ack.IsDuplicate, ack.FirstSequence, ack.LastSequence, ack.Counts);
    }

    public WelcomeFields Welcome()
    {
        Assert.True(Kind == FrameKind.Welcome, Kind == FrameKind.Error ? Error().Text : $"{Kind} instead of a welcome");
        Assert.Equal(FrameError.None, WelcomeReader.TryRead(Payload, out WelcomeReader welcome));
        return welcome.Fields;
    }
}

/// <summary>A client by hand: sends what bytes it likes, reads frame by frame, each with a deadline.</summary>
internal sealed class FrameClient : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private FrameClient()
    {
    }

    public static async Task<FrameClient> ConnectAsync(int port, int receiveBufferBytes = 0)
    {
        FrameClient client = new();
        if (receiveBufferBytes > 0)
        {
            client._socket.ReceiveBufferSize = receiveBufferBytes;
        }

        await client._socket.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    /// <summary>Connects, says hello and announces the fields as schema 1.</summary>
    public static async Task<FrameClient> OpenAsync(
        int port,
        string stream = "s",
        string producer = "p",
        KeyKind keyKind = KeyKind.U64,
        AckLevel level = AckLevel.Durable,
        ulong epoch = 0)
    {
        FrameClient client = await ConnectAsync(port);
        await client.HelloAsync(stream, producer, keyKind, level, epoch);
        client.Welcome = (await client.ReadAsync()).Welcome();
        await client.WriteAsync(output => ClientFrameWriter.WriteSchema(output, 1, ["value"]));
        Assert.Equal(FrameKind.SchemaAccepted, (await client.ReadAsync()).Kind);
        return client;
    }

    public WelcomeFields Welcome { get; private set; }

    public Socket Socket => _socket;

    public void Dispose() => _socket.Dispose();

    public Task HelloAsync(
        string stream = "s",
        string producer = "p",
        KeyKind keyKind = KeyKind.U64,
        AckLevel level = AckLevel.Durable,
        ulong epoch = 0) =>
        WriteAsync(output => ClientFrameWriter.WriteHello(output, level, keyKind, epoch, stream, producer));

    public Task WriteAsync(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return SendAsync(output.WrittenMemory);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using CancellationTokenSource late = new(s_deadline);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, late.Token)..];
        }
    }

    /// <summary>The next frame; fails when the server closes instead.</summary>
    public async Task<ServerFrame> ReadAsync() =>
        await TryReadAsync() ?? throw new InvalidOperationException("the server closed the connection");

    /// <summary>The next frame; null at the end of the stream.</summary>
    public async Task<ServerFrame?> TryReadAsync()
    {
        byte[]? head = await ReceiveAsync(WireFormat.HeaderBytes);
        if (head is null)
        {
            return null;
        }

        Assert.Equal(FrameError.None, FrameHeader.TryRead(head, FrameLimits.Default, out FrameHeader header));
        byte[] body = await ReceiveAsync(header.FrameBytes - WireFormat.HeaderBytes)
            ?? throw new InvalidOperationException("the server closed inside a frame");
        Assert.Equal(FrameError.None, FrameReader.CheckPayload([.. head, .. body], header));
        return new ServerFrame(header, body[..header.PayloadBytes]);
    }

    /// <summary>Reads acks until a sequence is acked; returns how many frames they covered.</summary>
    public async Task<long> ReadAcksAsync(ulong last)
    {
        long frames = 0;
        while (true)
        {
            (AckLevel _, bool _, ulong first, ulong to, AckCounts _) = (await ReadAsync()).Ack();
            frames += (long)(to - first) + 1;
            if (to >= last)
            {
                return frames;
            }
        }
    }

    private async Task<byte[]?> ReceiveAsync(int count)
    {
        using CancellationTokenSource late = new(s_deadline);
        byte[] bytes = new byte[count];
        int received = 0;
        while (received < count)
        {
            int more = await _socket.ReceiveAsync(bytes.AsMemory(received), SocketFlags.None, late.Token);
            if (more == 0)
            {
                Assert.Equal(0, received);
                return null;
            }

            received += more;
        }

        return bytes;
    }
}
