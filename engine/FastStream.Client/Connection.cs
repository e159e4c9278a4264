using System.Buffers;
using System.Net.Sockets;
using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Client;

/// <summary>An open connection whose hello and schema the server has accepted.</summary>
internal sealed class Connection : IDisposable
{
    /// <summary>The one schema of a producer.</summary>
    public const uint SchemaId = 1;

    private readonly string _peer;

    private Connection(Socket socket, string peer)
    {
        Socket = socket;
        _peer = peer;
    }

    public Socket Socket { get; }

    public WelcomeFields Welcome { get; private set; }

    public byte[] Position { get; private set; } = [];

    /// <summary>Connects and shakes hands.</summary>
    /// <exception cref="ProducerException">What is wrong, with the server's code if it spoke.</exception>
    public static Connection Open(ProducerOptions options, ulong epoch)
    {
        string peer = $"{options.Host}:{options.Port}";
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (options.CongestionControl is string congestion)
            {
                CongestionControl.Set(socket, congestion);
            }

            using CancellationTokenSource deadline = new(options.ConnectTimeout);
            socket.ConnectAsync(options.Host, options.Port, deadline.Token).AsTask().GetAwaiter().GetResult();
            socket.ReceiveTimeout = (int)Math.Min(options.ConnectTimeout.TotalMilliseconds, int.MaxValue);
            Connection connection = new(socket, peer);
            connection.ShakeHands(options, epoch);
            socket.ReceiveTimeout = 0;
            return connection;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new ProducerException(Explain(peer, exception), exception);
        }
        catch (OperationCanceledException exception)
        {
            socket.Dispose();
            throw new ProducerException(
                $"{peer} did not answer within {options.ConnectTimeout}: check host, port and firewall.", exception);
        }
        catch (ProducerException)
        {
            socket.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    public void Dispose() => Socket.Dispose();

    private void ShakeHands(ProducerOptions options, ulong epoch)
    {
        ArrayBufferWriter<byte> output = new();
        ClientFrameWriter.WriteHello(
            output, options.AckLevel, options.KeyKind, epoch, options.Stream, options.Name);
        Send(output.WrittenSpan);
        byte[] payload = Expect(FrameKind.Welcome);
        if (WelcomeReader.TryRead(payload, out WelcomeReader welcome) != FrameError.None)
        {
            throw new ProducerException($"{_peer} sent a welcome that cannot be read: update client or server.");
        }

        Welcome = welcome.Fields;
        Position = welcome.Position.ToArray();
        output.ResetWrittenCount();
        ClientFrameWriter.WriteSchema(output, SchemaId, options.Fields);
        Send(output.WrittenSpan);
        _ = Expect(FrameKind.SchemaAccepted);
    }

    private byte[] Expect(FrameKind kind)
    {
        byte[] head = new byte[WireFormat.HeaderBytes];
        ReceiveExactly(head);
        FrameError error = FrameHeader.TryRead(head, FrameLimits.Default, out FrameHeader header);
        if (error != FrameError.None)
        {
            throw new ProducerException(error.ToErrorCode(), error == FrameError.WrongVersion
                ? $"{_peer} speaks version {head[4]}, this client {WireFormat.Version}: use the same version."
                : $"{_peer} is no FastStream server ({error}): check host and port.");
        }

        byte[] frame = new byte[header.FrameBytes];
        head.CopyTo(frame, 0);
        ReceiveExactly(frame.AsSpan(WireFormat.HeaderBytes));
        error = FrameReader.CheckPayload(frame, header);
        ReadOnlySpan<byte> payload = frame.AsSpan(WireFormat.HeaderBytes, header.PayloadBytes);
        if (error == FrameError.None && header.Kind == FrameKind.Error
            && ErrorReader.TryRead(payload, out ErrorReader refusal) == FrameError.None)
        {
            throw new ProducerException(refusal.Code, Describe(refusal.Code, refusal.Text));
        }

        if (error != FrameError.None || header.Kind != kind)
        {
            throw new ProducerException(
                ErrorCode.Undecodable, $"{_peer} answered with {header.Kind} ({error}) instead of {kind}.");
        }

        return payload.ToArray();
    }

    public static string Describe(ErrorCode code, ReadOnlySpan<byte> text)
    {
        string words = text.IsEmpty ? code.Remedy() : Encoding.UTF8.GetString(text);
        return $"{code.WireName()}: {words}";
    }

    private void ReceiveExactly(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int received = Socket.Receive(target);
            if (received == 0)
            {
                throw new ProducerException($"{_peer} closed the connection during the greeting.");
            }

            target = target[received..];
        }
    }

    private static string Explain(string peer, SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused =>
            $"Nothing listens on {peer}: start the server (faststream serve --port ...) or check the port.",
        SocketError.HostNotFound or SocketError.TryAgain => $"{peer} has no address: check the host's name.",
        SocketError.TimedOut or SocketError.WouldBlock => $"{peer} did not answer in time: check host and port.",
        _ => $"The connection to {peer} failed: {exception.Message}.",
    };
}
