namespace FastStream.Cli.Sources;

/// <summary>
/// Cuts a byte stream into lines. The line handed out lies in the reader's block until the next read.
/// </summary>
internal sealed class LineReader : IDisposable
{
    private const int MaxLineBytes = 16 << 20;

    private readonly Stream _stream;
    private byte[] _block = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _atEnd;

    public LineReader(Stream stream)
    {
        _stream = stream;
    }

    /// <summary>Lines handed out so far; blank ones count.</summary>
    public long Line { get; private set; }

    /// <summary>False at the end. The last line needs no line break. CR before LF is taken off, and a BOM.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int found = _block.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = Take(searched + found, 1);
                return true;
            }

            searched = _end - _start;
            if (_atEnd)
            {
                line = searched > 0 ? Take(searched, 0) : default;
                return searched > 0;
            }

            Fill();
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
    }

    private ReadOnlyMemory<byte> Take(int length, int lineBreakBytes)
    {
        ReadOnlyMemory<byte> line = _block.AsMemory(_start, length);
        _start += length + lineBreakBytes;
        if (Line++ == 0 && line.Span.StartsWith(SourceHead.Utf8Bom))
        {
            line = line[SourceHead.Utf8Bom.Length..];
        }

        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _block.AsSpan(_start, _end - _start).CopyTo(_block);
            _end -= _start;
            _start = 0;
        }

        if (_end == _block.Length)
        {
            if (_block.Length >= MaxLineBytes)
            {
                throw new CommandFailure(ExitCode.Failed, $"line {Line + 1} is longer than {MaxLineBytes} bytes");
            }

            Array.Resize(ref _block, _block.Length * 2);
        }

        int read = _stream.Read(_block, _end, _block.Length - _end);
        _end += read;
        _atEnd = read == 0;
    }
}
