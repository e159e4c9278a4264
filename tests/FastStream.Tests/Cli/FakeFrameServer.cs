using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Cli;

/// <summary>
/// A server for one producer at a time that keeps frames in memory: identity as the protocol says, acks at once, and
/// accidents on demand.
/// </summary>
internal sealed class FakeFrameServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Thread _thread;
    private int _stopped;

    public FakeFrameServer()
    {
        _listener.Start();
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Accepted sequenced frames, whole.</summary>
    public List<byte[]> Frames { get; } = [];

    public byte[] Position { get; set; } = [];

    public int SessionCount { get; private set; }

    /// <summary>Hang up after storing, and not acking, this frame; once.</summary>
    public ulong HangUpAfter { get; set; }

    /// <summary>What to refuse for good.</summary>
    public ulong RefuseSequence { get; set; }

    /// <summary>Answers every hello with this error.</summary>
    public ErrorCode HelloError { get; set; }

    public void Dispose()
    {
        Interlocked.Exchange(ref _stopped, 1);
        _listener.Stop();
        _thread.Join();
    }

    private void Serve()
    {
        while (Volatile.Read(ref _stopped) == 0)
        {
            try
            {
                using Socket socket = _listener.AcceptSocket();
                SessionCount++;
                Session(socket);
            }
            catch (SocketException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private void Session(Socket socket)
    {
        byte[] block = new byte[WireFormat.DefaultMaxFrameBytes];
        while (TryReceive(socket, block.AsSpan(0, WireFormat.HeaderBytes)))
        {
            Assert.Equal(FrameError.None, FrameHeader.TryRead(block, FrameLimits.Default, out FrameHeader header));
            if (!TryReceive(socket, block.AsSpan(WireFormat.HeaderBytes, header.FrameBytes - WireFormat.HeaderBytes)))
            {
                return;
            }

            ArrayBufferWriter<byte> answer = new();
            if (!Answer(header, block[..header.FrameBytes], answer))
            {
                return;
            }

            socket.Send(answer.WrittenSpan);
        }
    }

    private bool Answer(FrameHeader header, byte[] frame, ArrayBufferWriter<byte> answer)
    {
        ulong last = (ulong)Frames.Count;
        switch (header.Kind)
        {
            case FrameKind.Hello when HelloError != ErrorCode.None:
                ServerFrameWriter.WriteError(answer, HelloError, true, 0, 0, "not you");
                return true;
            case FrameKind.Hello:
                WelcomeFields fields = new()
                {
                    ProtocolVersion = WireFormat.Version, Epoch = 5, LastSequence = last, AckLevel = header.AckLevel,
                    MaxFrameBytes = WireFormat.DefaultMaxFrameBytes, MaxInFlightBytes = 1 << 22,
                    MaxRecordsPerFrame = WireFormat.MaxRecordsPerFrame,
                };
                ServerFrameWriter.WriteWelcome(answer, fields, Position);
                return true;
            case FrameKind.Schema:
                ServerFrameWriter.WriteSchemaAccepted(answer, header.SchemaId, 1);
                return true;
            case FrameKind.Ping:
                ServerFrameWriter.WritePong(answer, 1);
                return true;
            case var _ when header.Sequence <= last:
                ServerFrameWriter.WriteAck(answer, AckLevel.Durable, true, header.Sequence, header.Sequence, default);
                return true;
            case var _ when header.Sequence > last + 1:
                ServerFrameWriter.WriteError(answer, ErrorCode.OutOfSequence, false, header.Sequence, last + 1, "gap");
                return true;
            default:
                Frames.Add(frame);
                if (header.Sequence == HangUpAfter)
                {
                    HangUpAfter = 0;
                    return false;
                }

                if (header.Sequence == RefuseSequence)
                {
                    ServerFrameWriter.WriteError(answer, ErrorCode.Undecodable, false, header.Sequence, last + 2, "bad");
                }
                else
                {
                    AckCounts counts = new() { Accepted = header.RecordCount };
                    ServerFrameWriter.WriteAck(answer, AckLevel.Durable, false, header.Sequence, header.Sequence, counts);
                }

                return true;
        }
    }

    private static bool TryReceive(Socket socket, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int count = socket.Receive(target);
            if (count == 0)
            {
                return false;
            }

            target = target[count..];
        }

        return true;
    }
}
