using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.Tests.Protocol;

namespace FastStream.Tests.Client;

/// <summary>
/// A server on loopback that keeps the rules of WIRE_FORMAT.md for one producer in memory, and misbehaves where a test
/// asks it to. One thread accepts and serves one connection after the other.
/// </summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly List<DataColumns> _frames = [];
    private readonly List<string> _names = [];
    private readonly List<FrameKind> _kinds = [];
    private Socket? _socket;
    private volatile bool _isOver;

    public FakeServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    public KeyKind KeyKind { get; init; } = KeyKind.U64;

    public AckLevel Level { get; init; } = AckLevel.Durable;

    public ulong Epoch { get; set; } = 1;

    public ulong LastSequence { get; set; }

    public byte[] Position { get; private set; } = [];

    public int Connections { get; private set; }

    /// <summary>Asked for each sequenced frame that is next: a code refuses it, None takes it.</summary>
    public Func<ulong, ErrorCode> Refuse { get; set; } = _ => ErrorCode.None;

    /// <summary>Asked before a frame, which has been taken, is answered: true closes the connection.</summary>
    public Func<ulong, bool> Break { get; set; } = _ => false;

    /// <summary>Asked on each connection: a code answers the hello with an error.</summary>
    public Func<int, ErrorCode> RefuseHello { get; set; } = _ => ErrorCode.None;

    /// <summary>While set, frames are taken and not acked.</summary>
    public bool HoldsAcks { get; set; }

    /// <summary>Take frames without decoding or remembering them.</summary>
    public bool Forgets { get; init; }

    public long Records { get; private set; }

    public long Duplicates { get; private set; }

    public DataColumns[] Frames
    {
        get
        {
            lock (_gate)
            {
                return [.. _frames];
            }
        }
    }

    public string[] Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _names];
            }
        }
    }

    public FrameKind[] Kinds
    {
        get
        {
            lock (_gate)
            {
                return [.. _kinds];
            }
        }
    }

    /// <summary>Acks everything taken so far.</summary>
    public void AckNow()
    {
        HoldsAcks = false;
        Answer(output => ServerFrameWriter.WriteAck(output, Level, false, 1, LastSequence, default));
    }

    public void Answer(Action<IBufferWriter<byte>> write)
    {
        byte[] bytes = Protocol.Frames.Write(write);
        lock (_gate)
        {
            _ = _socket!.Send(bytes);
        }
    }

    public void CloseConnection()
    {
        lock (_gate)
        {
            _socket?.Dispose();
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _listener.Dispose();
        CloseConnection();
        _thread.Join();
    }

    private void Serve()
    {
        while (!_isOver)
        {
            try
            {
                Socket socket = _listener.AcceptSocket();
                lock (_gate)
                {
                    _socket = socket;
                    Connections++;
                }

                ServeOne(socket);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The connection or the listener was closed by the test or the client.
            }
            finally
            {
                CloseConnection();
            }
        }
    }

    private void ServeOne(Socket socket)
    {
        byte[] received = new byte[4 << 20];
        int filled = 0;
        while (true)
        {
            int count = socket.Receive(received.AsSpan(filled));
            if (count == 0)
            {
                return;
            }

            filled += count;
            ReadOnlySequence<byte> buffer = new(received, 0, filled);
            while (FrameReader.TryReadFrame(
                ref buffer, FrameLimits.Default, out FrameHeader header, out ReadOnlySequence<byte> frame, out _))
            {
                if (!Handle(header, frame.FirstSpan))
                {
                    return;
                }
            }

            int rest = (int)buffer.Length;
            Buffer.BlockCopy(received, filled - rest, received, 0, rest);
            filled = rest;
        }
    }

    private bool Handle(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        if (FrameReader.CheckPayload(frame, header) != FrameError.None)
        {
            Answer(output => ServerFrameWriter.WriteError(output, ErrorCode.BadCrc, true, 0, 0, "a bad checksum"));
            return false;
        }

        lock (_gate)
        {
            _kinds.Add(header.Kind);
        }

        switch (header.Kind)
        {
            case FrameKind.Hello:
                return HandleHello(frame.Slice(64, header.PayloadBytes));
            case FrameKind.Schema:
                uint id = header.SchemaId;
                Answer(output => ServerFrameWriter.WriteSchemaAccepted(output, id, 1));
                return true;
            case FrameKind.Ping:
                return true;
            default:
                return HandleSequenced(header, frame);
        }
    }

    private bool HandleHello(ReadOnlySpan<byte> payload)
    {
        Assert.Equal(FrameError.None, HelloReader.TryRead(payload, out HelloReader hello));
        ErrorCode code = RefuseHello(Connections);
        if (code != ErrorCode.None)
        {
            Answer(output => ServerFrameWriter.WriteError(output, code, true, 0, 0, code.Remedy()));
            return false;
        }

        if (hello.Epoch == 0 && Connections > 1)
        {
            Epoch++;
            LastSequence = 0;
        }

        WelcomeFields welcome = new()
        {
            ProtocolVersion = 1,
            KeyKind = KeyKind,
            AckLevel = Level,
            DictionaryCount = (uint)Names.Length,
            Epoch = Epoch,
            LastSequence = LastSequence,
            MaxFrameBytes = 1 << 20,
            MaxInFlightBytes = 4 << 20,
            MaxRecordsPerFrame = 65_536,
        };
        Answer(output => ServerFrameWriter.WriteWelcome(output, welcome, Position));
        return true;
    }

    private bool HandleSequenced(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        ulong sequence = header.Sequence;
        int records = header.RecordCount;
        if (sequence <= LastSequence)
        {
            Duplicates++;
            Answer(output => ServerFrameWriter.WriteAck(
                output, Level, true, sequence, sequence, new AckCounts { Duplicates = records }));
            return true;
        }

        ErrorCode code = sequence == LastSequence + 1 ? Refuse(sequence) : ErrorCode.OutOfSequence;
        if (code != ErrorCode.None)
        {
            LastSequence = code.IsTransient() ? LastSequence : sequence;
            ulong expected = LastSequence + 1;
            Answer(output => ServerFrameWriter.WriteError(output, code, false, sequence, expected, code.Remedy()));
            return true;
        }

        Take(header, frame);
        LastSequence = sequence;
        if (Break(sequence))
        {
            return false;
        }

        if (!HoldsAcks && Level != AckLevel.None)
        {
            Answer(output => ServerFrameWriter.WriteAck(
                output, Level, false, sequence, sequence, new AckCounts { Accepted = records }));
        }

        return true;
    }

    private void Take(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        Records += header.RecordCount;
        if (header.Kind == FrameKind.Dictionary)
        {
            Assert.Equal(FrameError.None, DictionaryReader.TryRead(
                frame.Slice(64, header.PayloadBytes), out DictionaryReader entries));
            lock (_gate)
            {
                Assert.Equal((uint)_names.Count, entries.FirstId);
                while (entries.MoveNext())
                {
                    _names.Add(System.Text.Encoding.UTF8.GetString(entries.Name));
                }
            }
        }
        else if (header.Kind == FrameKind.Data && !Forgets)
        {
            Assert.Equal(FrameError.None, Protocol.Frames.Decode(frame.ToArray(), KeyKind, out DataColumns? columns));
            lock (_gate)
            {
                Assert.All(columns!.KeyIds, id => Assert.True(id < _names.Count));
                _frames.Add(columns!);
                Position = columns!.Position.Length > 0 ? columns.Position : Position;
            }
        }
    }
}
