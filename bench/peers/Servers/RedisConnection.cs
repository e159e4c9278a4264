using System.Globalization;
using System.Text;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>Redis's protocol (RESP2), bare: prepared commands go out in one write, replies are counted.</summary>
internal sealed unsafe class RedisConnection : IDisposable
{
    private readonly BareSocket _socket;
    private readonly SocketReader _reader;

    public RedisConnection(int port)
    {
        _socket = BareSocket.Connect(port, isBusy: false);
        _reader = new SocketReader(_socket);
    }

    /// <summary>A command as it goes over the wire.</summary>
    public static void WriteCommand(MemoryStream destination, params ReadOnlySpan<byte[]> words)
    {
        destination.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n")));
        foreach (byte[] word in words)
        {
            destination.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n")));
            destination.Write(word);
            destination.Write("\r\n"u8);
        }
    }

    /// <summary>Sends prepared commands and reads a reply to each; the first error among them throws.</summary>
    public void Pipeline(byte[] commands, int commandCount)
    {
        fixed (byte* bytes = commands)
        {
            _socket.SendAll(bytes, commands.Length);
        }

        for (int reply = 0; reply < commandCount; reply++)
        {
            SkipReply();
        }
    }

    /// <summary>One command; the strings of its reply, an array flattened.</summary>
    public IReadOnlyList<string> Ask(params string[] words)
    {
        using MemoryStream command = new();
        WriteCommand(command, [.. words.Select(Encoding.ASCII.GetBytes)]);
        byte[] bytes = command.ToArray();
        fixed (byte* start = bytes)
        {
            _socket.SendAll(start, bytes.Length);
        }

        List<string> strings = [];
        ReadReply(strings);
        return strings;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }

    private void SkipReply()
    {
        ReadOnlySpan<byte> line = _reader.ReadLine();
        switch (line[0])
        {
            case (byte)'$':
                _reader.Read(SocketReader.Number(line[1..]) + 2);
                break;
            case (byte)':' or (byte)'+':
                break;
            default:
                throw new WrongResultException($"Redis answered {Encoding.ASCII.GetString(line)}");
        }
    }

    private void ReadReply(List<string> strings)
    {
        ReadOnlySpan<byte> line = _reader.ReadLine();
        string text = Encoding.ASCII.GetString(line[1..]);
        switch (line[0])
        {
            case (byte)'*':
                int count = SocketReader.Number(line[1..]);
                for (int i = 0; i < count; i++)
                {
                    ReadReply(strings);
                }

                break;
            case (byte)'$':
                int length = SocketReader.Number(line[1..]);
                strings.Add(_reader.ReadText(length + 2)[..length]);
                break;
            case (byte)'-':
                throw new WrongResultException($"Redis answered {text}");
            default:
                strings.Add(text);
                break;
        }
    }
}
