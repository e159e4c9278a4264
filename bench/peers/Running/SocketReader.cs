using System.Globalization;
using System.Text;

namespace FastStream.Peers.Running;

/// <summary>Reads lines and counted bytes from a socket through a buffer, as text protocols want it. One thread.</summary>
internal sealed unsafe class SocketReader(BareSocket socket) : IDisposable
{
    private const int BufferBytes = 256 << 10;
    private readonly AlignedMemory _buffer = new(BufferBytes);
    private int _at;
    private int _end;

    /// <summary>The bytes up to the next CR LF, which is skipped; valid until the next call.</summary>
    public ReadOnlySpan<byte> ReadLine()
    {
        int searched = 0;
        while (true)
        {
            int found = _buffer.Span[(_at + searched).._end].IndexOf((byte)'\n');
            if (found >= 0)
            {
                Span<byte> line = _buffer.Span.Slice(_at, searched + found);
                _at += line.Length + 1;
                return line.TrimEnd((byte)'\r');
            }

            searched = _end - _at;
            Fill();
        }
    }

    /// <summary>So many bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(int bytes)
    {
        while (_end - _at < bytes)
        {
            Fill();
        }

        _at += bytes;
        return _buffer.Span.Slice(_at - bytes, bytes);
    }

    public string ReadText(int bytes) => Encoding.ASCII.GetString(Read(bytes));

    /// <summary>A number that stands alone in these bytes.</summary>
    public static int Number(ReadOnlySpan<byte> digits) => int.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public void Dispose() => _buffer.Dispose();

    private void Fill()
    {
        if (_at > 0)
        {
            _buffer.Span[_at.._end].CopyTo(_buffer.Span);
            _end -= _at;
            _at = 0;
        }

        if (_end == BufferBytes)
        {
            throw new IOException("An answer is longer than the buffer.");
        }

        int received = socket.Receive(_buffer.Pointer + _end, BufferBytes - _end);
        _end += received > 0 ? received : throw new IOException("The server has closed the connection.");
    }
}
