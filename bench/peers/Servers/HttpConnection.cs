using System.Globalization;
using System.Text;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>As much of HTTP/1.1 as it takes to post prepared bodies over one connection that stays open.</summary>
internal sealed unsafe class HttpConnection : IDisposable
{
    private readonly BareSocket _socket;
    private readonly SocketReader _reader;

    public HttpConnection(int port)
    {
        _socket = BareSocket.Connect(port, isBusy: false);
        _reader = new SocketReader(_socket);
    }

    /// <summary>A request as it goes over the wire.</summary>
    public static byte[] Request(string pathAndQuery, ReadOnlySpan<byte> body)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture, $"POST {pathAndQuery} HTTP/1.1\r\nHost: peer\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Sends a prepared request and gives the answer's body; a status that is not 200 throws.</summary>
    public string Post(byte[] request)
    {
        fixed (byte* bytes = request)
        {
            _socket.SendAll(bytes, request.Length);
        }

        string status = Encoding.ASCII.GetString(_reader.ReadLine());
        int length = 0;
        bool isChunked = false;
        while (true)
        {
            string header = Encoding.ASCII.GetString(_reader.ReadLine());
            if (header.Length == 0)
            {
                break;
            }

            isChunked |= header.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
            if (header.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(header.AsSpan(16), CultureInfo.InvariantCulture);
            }
        }

        string body = isChunked ? ReadChunks() : _reader.ReadText(length);
        return status.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ? body : throw new WrongResultException($"{status}: {body}");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }

    private string ReadChunks()
    {
        StringBuilder body = new();
        while (true)
        {
            int length = int.Parse(Encoding.ASCII.GetString(_reader.ReadLine()), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            body.Append(_reader.ReadText(length));
            _reader.ReadLine();
            if (length == 0)
            {
                return body.ToString();
            }
        }
    }
}
