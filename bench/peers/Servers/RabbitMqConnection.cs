using System.Buffers.Binary;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>
/// RabbitMQ's stream protocol, bare (its PROTOCOL.adoc): frames of a length, a key, a version and a content. One
/// publisher a connection; prepared publishes go out in one write, confirms are counted.
/// </summary>
internal sealed unsafe class RabbitMqConnection : IDisposable
{
    private const int DeclarePublisherKey = 1;
    private const int PublishKey = 2;
    private const int PublishConfirmKey = 3;
    private const int SubscribeKey = 7;
    private const int DeliverKey = 8;
    private const int CreateKey = 13;
    private const int PeerPropertiesKey = 17;
    private const int SaslHandshakeKey = 18;
    private const int SaslAuthenticateKey = 19;
    private const int TuneKey = 20;
    private const int OpenKey = 21;
    private const int CloseKey = 22;
    private const int HeartbeatKey = 23;
    private const int ResponseFlag = 0x8000;
    private const int Version = 1;
    private const int Ok = 1;
    private const int LastChunk = 2;
    private const int CorrelatedBytes = 10; // key, version, correlation, code
    private const int DeliverHeadBytes = 5 + 32; // key, version, subscription; a chunk's head as far as its first number
    private readonly BareSocket _socket;
    private readonly SocketReader _reader;

    public RabbitMqConnection(int port)
    {
        _socket = BareSocket.Connect(port, isBusy: false);
        _reader = new SocketReader(_socket);
        Ask(PeerPropertiesKey, content => content.Int32(0));
        Ask(SaslHandshakeKey, _ => { });
        Ask(SaslAuthenticateKey, content => content.Text("PLAIN").Blob("\0guest\0guest"u8));
        ReadOnlySpan<byte> tune = ReadFrame(TuneKey);
        int frameMax = BinaryPrimitives.ReadInt32BigEndian(tune[4..]);
        Send(TuneKey, content => content.Int32(frameMax).Int32(0)); // no heartbeats
        Ask(OpenKey, content => content.Text("/"));
    }

    /// <summary>Messages as one publish frame. Numbers only pair confirms with messages here, so they may repeat.</summary>
    public static byte[] PublishFrame(IReadOnlyList<byte[]> messages)
    {
        BigEndianWriter content = new();
        content.Byte(0).Int32(messages.Count);
        for (int number = 0; number < messages.Count; number++)
        {
            content.Int64(number).Blob(messages[number]);
        }

        return Frame(PublishKey, content);
    }

    public void CreateStream(string stream) => Ask(CreateKey, content => content.Text(stream).Int32(0));

    /// <summary>Without a name of its own, so the broker looks for no doubles.</summary>
    public void DeclarePublisher(string stream) => Ask(DeclarePublisherKey, content => content.Byte(0).Text("").Text(stream));

    /// <summary>Sends prepared frames and waits until so many messages are confirmed; anything else throws.</summary>
    public void Publish(byte[] frames, int messageCount)
    {
        fixed (byte* bytes = frames)
        {
            _socket.SendAll(bytes, frames.Length);
        }

        for (int confirmed = 0; confirmed < messageCount;)
        {
            ReadOnlySpan<byte> content = ReadFrame(PublishConfirmKey)[4..];
            confirmed += BinaryPrimitives.ReadInt32BigEndian(content[1..]);
        }
    }

    /// <summary>
    /// How many messages a stream holds: the first number of its last chunk and the messages in that. The chunk's
    /// messages, which may be megabytes, are left unread: this is the last use of the connection.
    /// </summary>
    public long MessageCount(string stream)
    {
        Ask(SubscribeKey, content => content.Byte(0).Text(stream).Int16(LastChunk).Int16(1));
        _reader.Read(sizeof(int));
        ReadOnlySpan<byte> chunk = Content(_reader.Read(DeliverHeadBytes), DeliverKey)[1..];
        int records = BinaryPrimitives.ReadInt32BigEndian(chunk[4..]);
        long first = BinaryPrimitives.ReadInt64BigEndian(chunk[24..]);
        return first + records;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }

    private static byte[] Frame(int key, BigEndianWriter content)
    {
        BigEndianWriter frame = new();
        return [.. frame.Int32(content.Length + 4).Int16(key).Int16(Version).ToArray(), .. content.ToArray()];
    }

    private void Send(int key, Action<BigEndianWriter> write)
    {
        BigEndianWriter content = new();
        write(content);
        byte[] frame = Frame(key, content);
        fixed (byte* bytes = frame)
        {
            _socket.SendAll(bytes, frame.Length);
        }
    }

    private void Ask(int key, Action<BigEndianWriter> write)
    {
        Send(key, content => write(content.Int32(key)));
        ReadOnlySpan<byte> answer = ReadFrame(key | ResponseFlag);
        int code = answer.Length < CorrelatedBytes ? 0 : BinaryPrimitives.ReadInt16BigEndian(answer[8..]);
        if (code != Ok)
        {
            throw new CannotRunException($"RabbitMQ answered {code} to command {key}");
        }
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> frame, int expectedKey)
    {
        Require.Equal(expectedKey, BinaryPrimitives.ReadUInt16BigEndian(frame), "command");
        return frame[4..];
    }

    // Key, version and content of the next frame that is no heartbeat; valid until the next read.
    private ReadOnlySpan<byte> ReadFrame(int expectedKey)
    {
        while (true)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(_reader.Read(4));
            ReadOnlySpan<byte> frame = _reader.Read(length);
            int key = BinaryPrimitives.ReadUInt16BigEndian(frame);
            if (key == expectedKey)
            {
                return frame;
            }

            if (key != HeartbeatKey)
            {
                throw new WrongResultException($"RabbitMQ sent command {key & ~ResponseFlag}{(key == CloseKey ? " (close)" : "")}, not {expectedKey}");
            }
        }
    }
}
