using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Overload.Clients;

/// <summary>
/// A client by hand on a blocking socket: a quiet one costs a descriptor and nothing else, so that ten thousand fit in
/// one process beside the sender that is measured.
/// </summary>
internal sealed class LoopbackClient : IDisposable
{
    /// <summary>The schema that <see cref="Greet"/> announces: one field, "value".</summary>
    public const uint SchemaId = 1;

    private static readonly string[] s_fields = ["value"];

    private byte[] _received = [];
    private int _start;
    private int _end;

    private LoopbackClient(Socket socket)
    {
        Socket = socket;
    }

    /// <summary>The connection.</summary>
    public Socket Socket { get; }

    /// <summary>Connects from one of the addresses 127.0.0.1, .2, .3, ...</summary>
    public static LoopbackClient Connect(int port, int address = 1, int receiveBufferBytes = 0)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            socket.ReceiveTimeout = 60_000;
            socket.SendTimeout = 60_000;
            if (receiveBufferBytes > 0)
            {
                socket.ReceiveBufferSize = receiveBufferBytes;
            }

            if (address > 1)
            {
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)address]), 0));
            }

            socket.Connect(IPAddress.Loopback, port);
            return new LoopbackClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Says hello and announces the field; the welcome.</summary>
    public WelcomeFields Greet(
        string stream, string producer, AckLevel level = AckLevel.Durable, KeyKind keys = KeyKind.U64, ulong epoch = 0)
    {
        SendGreeting(stream, producer, level, keys, epoch);
        return ReadGreeting(producer.Length > 0);
    }

    /// <summary>Says hello and announces the field, without waiting for the answers.</summary>
    public void SendGreeting(
        string stream, string producer, AckLevel level = AckLevel.Durable, KeyKind keys = KeyKind.U64, ulong epoch = 0) =>
        Write(output =>
        {
            ClientFrameWriter.WriteHello(output, level, keys, epoch, producer.Length > 0 ? stream : "", producer);
            if (producer.Length > 0)
            {
                ClientFrameWriter.WriteSchema(output, SchemaId, s_fields);
            }
        });

    /// <summary>Reads what answers <see cref="SendGreeting"/>.</summary>
    public WelcomeFields ReadGreeting(bool hasProducer)
    {
        WelcomeFields welcome = ReadWelcome();
        if (hasProducer)
        {
            _ = Read(FrameKind.SchemaAccepted);
        }

        return welcome;
    }

    /// <summary>Reads the welcome.</summary>
    public WelcomeFields ReadWelcome() =>
        WelcomeReader.TryRead(Read(FrameKind.Welcome), out WelcomeReader welcome) == FrameError.None
            ? welcome.Fields
            : throw new InvalidDataException("the welcome cannot be read");

    /// <summary>Sends whole frames.</summary>
    public void Write(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new(256);
        write(output);
        Send(output.WrittenSpan);
    }

    /// <summary>Sends all of the bytes.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    /// <summary>The next frame, which must be of this kind; its bytes are valid until the next call.</summary>
    /// <exception cref="RefusedException">The server sent an error instead.</exception>
    public ReadOnlySpan<byte> Read(FrameKind kind)
    {
        FrameHeader header = Read(out ReadOnlySpan<byte> payload);
        if (header.Kind == FrameKind.Error && kind != FrameKind.Error)
        {
            throw RefusedException.Of(payload);
        }

        return header.Kind == kind
            ? payload
            : throw new InvalidDataException($"{header.Kind} came where {kind} was due");
    }

    /// <summary>The next frame; its bytes are valid until the next call.</summary>
    public FrameHeader Read(out ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = _received.AsSpan(_start, _end - _start);
            if (bytes.Length >= WireFormat.HeaderBytes)
            {
                FrameError error = FrameHeader.TryRead(bytes, FrameLimits.Default, out FrameHeader header);
                if (error != FrameError.None)
                {
                    throw new InvalidDataException($"the server sent {error}");
                }

                if (bytes.Length >= header.FrameBytes)
                {
                    _start += header.FrameBytes;
                    payload = bytes.Slice(WireFormat.HeaderBytes, header.PayloadBytes);
                    return header;
                }
            }

            Fill();
        }
    }

    /// <summary>Reads acks until this sequence is acked; records by outcome on the way.</summary>
    public AckCounts ReadAcks(ulong last)
    {
        AckCounts counts = default;
        while (true)
        {
            if (AckReader.TryRead(Read(FrameKind.Ack), out AckReader ack) != FrameError.None)
            {
                throw new InvalidDataException("an ack cannot be read");
            }

            counts = counts.Add(ack.Counts);
            if (ack.LastSequence >= last)
            {
                return counts;
            }
        }
    }

    /// <summary>Gives up the receive buffer, so that a quiet client costs nothing.</summary>
    public void Rest() => _received = _start == _end ? [] : _received;

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private void Fill()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_end == _received.Length)
        {
            if (_start > 0)
            {
                _received.AsSpan(_start, _end - _start).CopyTo(_received);
                _end -= _start;
                _start = 0;
            }
            else
            {
                Array.Resize(ref _received, Math.Max(1_024, 2 * _received.Length));
            }
        }

        int count = Socket.Receive(_received.AsSpan(_end));
        _end += count > 0 ? count : throw new SocketException((int)SocketError.ConnectionReset);
    }
}

