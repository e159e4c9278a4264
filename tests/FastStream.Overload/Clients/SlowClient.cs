using System.Diagnostics;
using System.Net.Sockets;
using FastStream.Protocol.Messages;

namespace FastStream.Overload.Clients;

/// <summary>
/// One connection that misbehaves slowly: it drips a frame a byte at a time, or asks and never reads. Turned by its
/// crowd every few milliseconds; never blocks.
/// </summary>
internal abstract class SlowClient : IDisposable
{
    private readonly Stopwatch _sinceSlow = new();

    protected SlowClient(LoopbackClient client)
    {
        Client = client;
        client.Socket.Blocking = false;
    }

    /// <summary>How long it was slow before it was cut; null while it stands.</summary>
    public TimeSpan? CutAfter { get; private set; }

    protected LoopbackClient Client { get; }

    /// <summary>Does its next bad turn; notes when the server has cut it.</summary>
    public void Turn()
    {
        if (CutAfter is not null)
        {
            return;
        }

        _sinceSlow.Start();
        try
        {
            if (!Misbehave())
            {
                CutAfter = _sinceSlow.Elapsed;
            }
        }
        catch (SocketException)
        {
            CutAfter = _sinceSlow.Elapsed;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    /// <summary>It is slow from now on.</summary>
    protected void StartAnew() => _sinceSlow.Restart();

    /// <summary>What the kernel takes now, nothing when it is full: that is the point, and no exception.</summary>
    protected int SendSome(ReadOnlySpan<byte> bytes)
    {
        int sent = Client.Socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock => 0,
            _ => throw new SocketException((int)error),
        };
    }

    /// <summary>False when the server has ended the connection.</summary>
    protected abstract bool Misbehave();

    /// <summary>A byte a second of a frame that was begun; the bound is 240.</summary>
    internal sealed class Writer : SlowClient
    {
        private static readonly long s_pause = Stopwatch.Frequency;
        private readonly byte[] _frame = RecordFrame.Of(1, 1_000, i => (ulong)i);
        private long _next = Stopwatch.GetTimestamp() + Random.Shared.NextInt64(s_pause); // not all in one moment
        private int _sent;

        public Writer(int port, int address, string producer)
            : base(Open(port, address, producer))
        {
        }

        protected override bool Misbehave()
        {
            long now = Stopwatch.GetTimestamp();
            if (now < _next)
            {
                return true;
            }

            _next = now + s_pause;
            _sent += SendSome(_frame.AsSpan(_sent, 1));
            return Client.Socket.Available == 0; // the only thing that may come is the reason why it is cut
        }

        private static LoopbackClient Open(int port, int address, string producer)
        {
            LoopbackClient client = LoopbackClient.Connect(port, address);
            _ = client.Greet("slow", producer);
            return client;
        }
    }

    /// <summary>Pings for twice the answers that may wait unread, a part at a time, and reads none.</summary>
    internal sealed class Reader : SlowClient
    {
        private const int PingsPerTurn = 128;
        private const int Turns = 128; // 2 MiB of pongs: more than the kernel takes and what may wait

        private static readonly byte[] s_pings = Pings();
        private int _sent;

        public Reader(int port, int address)
            : base(Open(port, address))
        {
        }

        protected override bool Misbehave()
        {
            if (_sent < Turns * s_pings.Length)
            {
                int sent = SendSome(s_pings.AsSpan(_sent % s_pings.Length));
                if (sent > 0)
                {
                    _sent += sent;
                    StartAnew(); // it is slow from when it has asked for the last of them
                }
            }

            return (int)Client.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! == 0;
        }

        private static byte[] Pings()
        {
            System.Buffers.ArrayBufferWriter<byte> output = new();
            for (int i = 0; i < PingsPerTurn; i++)
            {
                ClientFrameWriter.WritePing(output, 1);
            }

            return output.WrittenSpan.ToArray();
        }

        private static LoopbackClient Open(int port, int address)
        {
            LoopbackClient client = LoopbackClient.Connect(port, address, receiveBufferBytes: 4_096);
            _ = client.Greet("", "");
            return client;
        }
    }
}
