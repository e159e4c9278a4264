using System.Buffers;
using System.Net.Sockets;
using System.Text;
using FastStream.Client;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Cli.Generation;

/// <summary>
/// One session of a load: blocking, one thread that sends and one that receives. It speaks the protocol itself and not
/// through the client library, because a load decides its sequences itself, wrong ones too.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly string _where;
    private byte[] _received = new byte[1 << 20];
    private int _start;
    private int _end;

    private LoadConnection(Socket socket, string where)
    {
        _socket = socket;
        _where = where;
    }

    public WelcomeFields Welcome { get; private set; }

    /// <summary>The congestion control that the socket uses; "" where it cannot be told.</summary>
    public string Congestion { get; private set; } = "";

    public static LoadConnection Open(GeneratePlan plan, ulong epoch)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        LoadConnection connection = new(socket, $"{plan.Host}:{plan.Port}");
        try
        {
            socket.Connect(plan.Host, plan.Port);
            connection.Congestion = CongestionControl.TrySet(socket, CongestionControl.Reno);
            connection.Greet(plan, epoch);
            return connection;
        }
        catch (SocketException error)
        {
            connection.Dispose();
            string why = error.SocketErrorCode == SocketError.ConnectionRefused
                ? "nothing listens there"
                : error.Message;
            throw new ConnectionLostException(ServerErrors.CannotConnect(plan.Host, plan.Port, why, error));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> frame)
    {
        try
        {
            while (!frame.IsEmpty)
            {
                frame = frame[_socket.Send(frame)..];
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw Lost(error.Message);
        }
    }

    /// <summary>The next frame; its bytes are valid until the next call.</summary>
    public FrameHeader Receive(out ReadOnlyMemory<byte> payload)
    {
        while (true)
        {
            ReadOnlySequence<byte> buffered = new(_received, _start, _end - _start);
            if (FrameReader.TryReadFrame(ref buffered, FrameLimits.Default, out FrameHeader header, out _,
                out FrameError error))
            {
                ReadOnlyMemory<byte> frame = _received.AsMemory(_start, header.FrameBytes);
                _start += header.FrameBytes;
                FrameError bad = FrameReader.CheckPayload(frame.Span, header);
                payload = frame.Slice(WireFormat.HeaderBytes, header.PayloadBytes);
                return bad == FrameError.None ? header : throw Garbled(bad);
            }

            if (error != FrameError.None)
            {
                throw Garbled(error);
            }

            Fill(header.Kind == FrameKind.None ? WireFormat.HeaderBytes : header.FrameBytes);
        }
    }

    /// <summary>Wakes both threads: whatever they wait for fails.</summary>
    public void Abort()
    {
        _socket.Close();
    }

    public void Dispose()
    {
        _socket.Dispose();
    }

    private void Greet(GeneratePlan plan, ulong epoch)
    {
        ArrayBufferWriter<byte> output = new();
        ClientFrameWriter.WriteHello(output, plan.AckLevel, plan.KeyKind, epoch, plan.Stream, plan.Records.Producer);
        ClientFrameWriter.WriteSchema(output, RecordFrames.SchemaId, RecordFrames.Fields);
        Send(output.WrittenSpan);
        Expect(FrameKind.Welcome, out ReadOnlyMemory<byte> payload);
        FrameError bad = WelcomeReader.TryRead(payload.Span, out WelcomeReader welcome);
        Welcome = bad == FrameError.None ? welcome.Fields : throw Garbled(bad);
        Expect(FrameKind.SchemaAccepted, out _);
    }

    private void Expect(FrameKind kind, out ReadOnlyMemory<byte> payload)
    {
        FrameHeader header = Receive(out payload);
        if (header.Kind == FrameKind.Error
            && ErrorReader.TryRead(payload.Span, out ErrorReader refused) == FrameError.None)
        {
            throw ConnectionLostException.For(refused.Code, Encoding.UTF8.GetString(refused.Text));
        }

        if (header.Kind != kind)
        {
            throw new CommandFailure(ExitCode.Failed, $"{_where} answered {header.Kind} where {kind} was due");
        }
    }

    private void Fill(int frameBytes)
    {
        if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }

        if (frameBytes > _received.Length)
        {
            Array.Resize(ref _received, frameBytes);
        }

        int count;
        try
        {
            count = _socket.Receive(_received.AsSpan(_end));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw Lost(error.Message);
        }

        _end += count > 0 ? count : throw Lost("the server closed the connection");
    }

    private ConnectionLostException Lost(string why)
    {
        return new ConnectionLostException(new CommandFailure(ExitCode.Failed, $"connection to {_where} lost: {why}"));
    }

    private CommandFailure Garbled(FrameError error)
    {
        ExitCode code = error == FrameError.WrongVersion ? ExitCode.WrongVersion : ExitCode.Failed;
        string what = error == FrameError.BadMagic
            ? "is no FastStream frame port (is it the HTTP port?)"
            : $"sent {error}";
        return new CommandFailure(code, $"{_where} {what}");
    }
}
