using System.Globalization;
using System.Text;
using System.Text.Json;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>NATS's protocol, bare: prepared publishes go out in one write, the stream's acks are counted.</summary>
internal sealed unsafe class NatsConnection : IDisposable
{
    private const string Inbox = "_INBOX.peer";
    private readonly BareSocket _socket;
    private readonly SocketReader _reader;
    private readonly string _inbox;

    public NatsConnection(int port, int number)
    {
        _socket = BareSocket.Connect(port, isBusy: false);
        _reader = new SocketReader(_socket);
        _inbox = InboxOf(number);
        RequireStart("INFO "u8, _reader.ReadLine());
        Send($"CONNECT {{\"verbose\":false,\"pedantic\":false,\"lang\":\"bare\",\"version\":\"1\"}}\r\nSUB {_inbox} 1\r\nPING\r\n");
        RequireStart("PONG"u8, _reader.ReadLine());
    }

    /// <summary>Where the acks of a connection come; prepared publishes name it.</summary>
    public static string InboxOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Inbox}{number}");

    /// <summary>A publish that asks for the stream's ack, as it goes over the wire.</summary>
    public static void WritePublish(MemoryStream destination, string subject, int connection, ReadOnlySpan<byte> payload)
    {
        destination.Write(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"PUB {subject} {InboxOf(connection)} {payload.Length}\r\n")));
        destination.Write(payload);
        destination.Write("\r\n"u8);
    }

    /// <summary>Sends prepared publishes and waits for as many acks; an ack that is an error throws.</summary>
    public void Publish(byte[] publishes, int count)
    {
        fixed (byte* bytes = publishes)
        {
            _socket.SendAll(bytes, publishes.Length);
        }

        for (int ack = 0; ack < count; ack++)
        {
            ReadOnlySpan<byte> payload = ReadMessage();
            if (!payload.StartsWith("{\"stream\":"u8))
            {
                throw new WrongResultException($"NATS answered {Encoding.UTF8.GetString(payload)}");
            }
        }
    }

    /// <summary>Asks the server's own interface.</summary>
    public JsonDocument Ask(string subject, string json)
    {
        Send(string.Create(CultureInfo.InvariantCulture, $"PUB {subject} {_inbox} {Encoding.UTF8.GetByteCount(json)}\r\n{json}\r\n"));
        JsonDocument answer = JsonDocument.Parse(ReadMessage().ToArray());
        return answer.RootElement.TryGetProperty("error", out JsonElement error)
            ? throw new CannotRunException($"NATS answered to {subject}: {error}")
            : answer;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }

    private static void RequireStart(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(expected))
        {
            throw new IOException($"NATS said {Encoding.UTF8.GetString(line)}");
        }
    }

    // MSG subject subscription bytes; the server pings now and then.
    private ReadOnlySpan<byte> ReadMessage()
    {
        while (true)
        {
            ReadOnlySpan<byte> line = _reader.ReadLine();
            if (line.StartsWith("MSG "u8))
            {
                int length = SocketReader.Number(line[(line.LastIndexOf((byte)' ') + 1)..]);
                return _reader.Read(length + 2)[..length];
            }

            RequireStart("PING"u8, line);
            Send("PONG\r\n");
        }
    }

    private void Send(string text)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text))
        {
            _socket.SendAll(bytes, Encoding.UTF8.GetByteCount(text));
        }
    }
}
