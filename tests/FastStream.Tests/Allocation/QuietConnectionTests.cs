using System.Net;
using System.Net.Sockets;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.Tests.Ingress.Tcp;
using Xunit.Abstractions;

namespace FastStream.Tests.Allocation;

/// <summary>
/// Goal: connections that say little cost the server nothing while they say it, so that thousands of them bring no
/// collection nearer. Method: a client on a blocking socket, a warm round, then a round whose every ping or byte is
/// answered or taken; what the whole process allocated in it, without the client's thread (.NET makes an object each
/// time a blocking receive has to wait).
/// </summary>
[Collection(AllocationCollection.Name)]
public sealed class QuietConnectionTests(ITestOutputHelper output)
{
    private const int Turns = 3;

    [Fact]
    public async Task APingAllocatesNothingOnTheServer()
    {
        const int pings = 20_000;
        await using ListenerHarness server = new();
        using Socket socket = await OpenAsync(server.Port);
        byte[] ping = Frame(writer => ClientFrameWriter.WritePing(writer, 7));
        byte[] pong = new byte[ping.Length];
        void Round()
        {
            for (int i = 0; i < pings; i++)
            {
                Send(socket, ping);
                Receive(socket, pong);
            }
        }

        AssertAllocates(Round, 64 << 10); // an object a ping would be half a megabyte
        Assert.Equal(FrameError.None, FrameReader.TryReadWhole(pong, FrameLimits.Default, out FrameHeader answer));
        Assert.Equal(FrameKind.Pong, answer.Kind);
    }

    [Fact]
    public async Task PingsThatComeByTheHundredAllocateNothingOnTheServer()
    {
        const int bursts = 500;
        const int pingsPerBurst = 200;
        await using ListenerHarness server = new();
        using Socket socket = await OpenAsync(server.Port);
        byte[] ping = Frame(writer => ClientFrameWriter.WritePing(writer, 7));
        byte[] burst = [.. Enumerable.Repeat(ping, pingsPerBurst).SelectMany(bytes => bytes)];
        byte[] answers = new byte[burst.Length];
        void Round()
        {
            for (int i = 0; i < bursts; i++)
            {
                Send(socket, burst);
                Receive(socket, answers);
            }
        }

        AssertAllocates(Round, 64 << 10); // an object a ping would be two megabytes
    }

    [Fact]
    public async Task AFrameThatComesByteByByteAllocatesNothingOnTheServer()
    {
        const int pings = 100;
        await using ListenerHarness server = new();
        using Socket socket = await OpenAsync(server.Port);
        byte[] ping = Frame(writer => ClientFrameWriter.WritePing(writer, 7));
        byte[] pong = new byte[ping.Length];
        void Round()
        {
            for (int i = 0; i < pings; i++)
            {
                for (int at = 0; at < ping.Length; at++)
                {
                    Send(socket, ping.AsSpan(at, 1));
                }

                Receive(socket, pong);
            }
        }

        AssertAllocates(Round, 64 << 10); // an object a byte would be three hundred kilobytes
    }

    // The runtime charges growth of its own to whoever meets it, and timers of the process go on meanwhile: the least
    // of a few rounds counts. What allocates for itself does so each time.
    private void AssertAllocates(Action round, long mostBytes)
    {
        round();
        long fewest = long.MaxValue;
        for (int turn = 0; turn < Turns && fewest > mostBytes; turn++)
        {
            long before = AllocatedByOthers();
            round();
            long allocated = AllocatedByOthers() - before;
            output.WriteLine($"round {turn + 1}: {allocated} bytes");
            fewest = Math.Min(fewest, allocated);
        }

        Assert.InRange(fewest, 0, mostBytes);
    }

    private static long AllocatedByOthers() =>
        GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread();

    private static async Task<Socket> OpenAsync(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        socket.ReceiveTimeout = 60_000;
        Send(socket, Frame(writer => ClientFrameWriter.WriteHello(writer, AckLevel.None, KeyKind.U64, 0, "", "")));
        byte[] header = new byte[WireFormat.HeaderBytes];
        Receive(socket, header);
        Assert.Equal(FrameError.None, FrameHeader.TryRead(header, FrameLimits.Default, out FrameHeader welcome));
        Receive(socket, new byte[welcome.FrameBytes - WireFormat.HeaderBytes]);
        return socket;
    }

    private static byte[] Frame(Action<System.Buffers.IBufferWriter<byte>> write)
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private static void Receive(Socket socket, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int received = socket.Receive(bytes);
            Assert.True(received > 0, "The server closed the connection.");
            bytes = bytes[received..];
        }
    }
}
