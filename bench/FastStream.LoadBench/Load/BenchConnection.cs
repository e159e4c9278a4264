using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FastStream.Client;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.LoadBench.Load;

/// <summary>A session of a load: bare blocking calls. One thread may send while another receives.</summary>
internal sealed class BenchConnection : IDisposable
{
    private readonly AnswerBuffer _answers = new();

    public BenchConnection(int port, string producer, AckLevel level, bool isBusy = false, KeyKind keyKind = KeyKind.U64)
    {
        IsBusy = isBusy;
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(IPAddress.Loopback, port);
        Congestion = CongestionControl.TrySet(Socket, CongestionControl.Reno);
        ArrayBufferWriter<byte> hello = new();
        ClientFrameWriter.WriteHello(hello, level, keyKind, 0, "load", producer);
        ClientFrameWriter.WriteSchema(hello, PreparedFrames.SchemaId, ["value"]);
        Send(hello.WrittenSpan);
        Expect(FrameKind.Welcome);
        Expect(FrameKind.SchemaAccepted);
        Socket.Blocking = !isBusy;
    }

    public Socket Socket { get; }

    /// <summary>Whether receiving spins instead of sleeping.</summary>
    public bool IsBusy { get; }

    /// <summary>The congestion control in force.</summary>
    public string Congestion { get; }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = Socket.Send(bytes, SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                throw new SocketException((int)error);
            }

            bytes = bytes[Math.Max(0, sent)..];
        }
    }

    /// <summary>Waits for an ack; the last sequence that it settles.</summary>
    public ulong ReceiveAck()
    {
        while (true)
        {
            FrameHeader header = Receive(out ReadOnlySpan<byte> payload);
            if (AnswerBuffer.IsAck(header, payload, out ulong last))
            {
                return last;
            }
        }
    }

    /// <summary>The same without a thread that waits.</summary>
    public async ValueTask<ulong> ReceiveAckAsync()
    {
        while (true)
        {
            while (_answers.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
            {
                if (AnswerBuffer.IsAck(header, payload, out ulong last))
                {
                    return last;
                }
            }

            int count = await Socket.ReceiveAsync(_answers.Free);
            _answers.Filled(count > 0 ? count : throw new SocketException((int)SocketError.ConnectionReset));
        }
    }

    public void Dispose() => Socket.Dispose();

    private void Expect(FrameKind kind)
    {
        FrameHeader header = Receive(out ReadOnlySpan<byte> payload);
        if (header.Kind != kind)
        {
            throw new InvalidOperationException(
                $"The server answered {header.Kind} where {kind} was due: {Encoding.UTF8.GetString(payload)}");
        }
    }

    private FrameHeader Receive(out ReadOnlySpan<byte> payload)
    {
        FrameHeader header;
        while (!_answers.TryRead(out header, out payload))
        {
            int count = Socket.Receive(_answers.Free.Span, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                continue;
            }

            if (error != SocketError.Success || count == 0)
            {
                throw new SocketException((int)(error == SocketError.Success ? SocketError.ConnectionReset : error));
            }

            _answers.Filled(count);
        }

        return header;
    }
}
