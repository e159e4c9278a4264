using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.CrashLoop;

/// <summary>Questions over a frame connection without a producer: it wakes less of a young server than HTTP does.</summary>
internal sealed class ServerQuestions : IDisposable
{
    private const int AnswerSeconds = 60;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = AnswerSeconds * 1000,
    };

    private uint _request;

    private ServerQuestions()
    {
    }

    public static ServerQuestions Connect(int port)
    {
        ServerQuestions questions = new();
        questions._socket.Connect("127.0.0.1", port);
        ArrayBufferWriter<byte> hello = new();
        ClientFrameWriter.WriteHello(hello, AckLevel.None, KeyKind.U64, 0, "", "");
        questions._socket.Send(hello.WrittenSpan);
        FrameHeader header = questions.Receive(out _);
        return header.Kind == FrameKind.Welcome
            ? questions
            : throw new InvalidOperationException($"the hello was answered with {header.Kind}");
    }

    /// <summary>Each line of the answer is one JSON value.</summary>
    public IReadOnlyList<JsonElement> Ask(string question)
    {
        ArrayBufferWriter<byte> frame = new();
        ClientFrameWriter.WriteQuery(frame, ++_request, question);
        _socket.Send(frame.WrittenSpan);
        StringBuilder lines = new();
        bool isLast = false;
        while (!isLast)
        {
            FrameHeader header = Receive(out byte[] payload);
            if (header.Kind == FrameKind.Error && ErrorReader.TryRead(payload, out ErrorReader error) == FrameError.None)
            {
                throw new InvalidOperationException($"{question}: {Encoding.UTF8.GetString(error.Text)}");
            }

            if (ResultReader.TryRead(payload, out ResultReader result) != FrameError.None)
            {
                throw new InvalidOperationException($"{question} was answered with {header.Kind}");
            }

            lines.Append(Encoding.UTF8.GetString(result.Body));
            isLast = result.IsLast;
        }

        return
        [
            .. lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];
    }

    public void Dispose() => _socket.Dispose();

    private FrameHeader Receive(out byte[] payload)
    {
        byte[] head = Read(WireFormat.HeaderBytes);
        if (FrameHeader.TryRead(head, FrameLimits.Default, out FrameHeader header) is FrameError bad and not FrameError.None)
        {
            throw new InvalidOperationException($"the server sent a frame that is {bad}");
        }

        payload = Read(header.FrameBytes - WireFormat.HeaderBytes)[..header.PayloadBytes];
        return header;
    }

    private byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = _socket.Receive(bytes.AsSpan(read));
            read += more > 0 ? more : throw new IOException("the server closed the connection");
        }

        return bytes;
    }
}
