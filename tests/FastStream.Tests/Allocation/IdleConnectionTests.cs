using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.TestKit.Processes;
using FastStream.Tests.Ingress.Tcp;
using Xunit.Abstractions;

namespace FastStream.Tests.Allocation;

/// <summary>What a connection costs that has said hello and then says nothing.</summary>
[Collection(AllocationCollection.Name)]
public sealed class IdleConnectionTests(ITestOutputHelper output)
{
    private const int Count = 500;
    private const int MaxBytes = 8 << 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnIdleConnectionHoldsAtMostEightKibibytes(bool isProducer)
    {
        await using ListenerHarness server = new(new FrameListenerOptions { MaxConnectionsPerAddress = 2 * Count });
        List<Socket> clients = [];
        try
        {
            Open(server, clients, 50, isProducer); // what is made once is made now
            await Eventually.Until(() => server.Listener.ReceiveBytes == 0);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            Open(server, clients, Count, isProducer);
            await Eventually.Until(() => server.Listener.ReceiveBytes == 0);
            long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
            output.WriteLine($"{each} bytes a connection, the client's socket included");
            Assert.InRange(each, 0, MaxBytes);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    // Blocking sockets: the client's side costs next to nothing.
    private static void Open(ListenerHarness server, List<Socket> clients, int count, bool isProducer)
    {
        byte[] answer = new byte[4_096];
        for (int i = 0; i < count; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
            clients.Add(socket);
            socket.Connect(IPAddress.Loopback, server.Port);
            ArrayBufferWriter<byte> hello = new();
            ClientFrameWriter.WriteHello(
                hello,
                AckLevel.Durable,
                KeyKind.U64,
                0,
                isProducer ? "s" : "",
                isProducer ? $"p{clients.Count}" : "");
            if (isProducer)
            {
                ClientFrameWriter.WriteSchema(hello, 1, ["value"]);
            }

            socket.Send(hello.WrittenSpan);
            int frames = isProducer ? 2 : 1;
            while (frames > 0)
            {
                frames -= CountFrames(answer.AsSpan(0, socket.Receive(answer)));
            }
        }
    }

    // Welcome and schemaAccepted are small: they arrive whole.
    private static int CountFrames(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        while (!bytes.IsEmpty)
        {
            Assert.Equal(FrameError.None, FrameHeader.TryRead(bytes, FrameLimits.Default, out FrameHeader header));
            Assert.NotEqual(FrameKind.Error, header.Kind);
            bytes = bytes[header.FrameBytes..];
            count++;
        }

        return count;
    }
}
