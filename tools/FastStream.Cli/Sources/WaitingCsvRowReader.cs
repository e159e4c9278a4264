using System.Text;

namespace FastStream.Cli.Sources;

/// <summary>
/// CSV rows of a source that makes its reader wait. The CSV reader fills its buffer before it hands out the first row,
/// which would hold back rows for as long as a pipe is quiet; so here it is given whole lines as they come, a piece at
/// a time. A piece ends at a line break outside quotes.
/// </summary>
internal sealed class WaitingCsvRowReader(Stream stream, Encoding? encoding, char delimiter) : IRowReader
{
    private const int MaxPieceBytes = 16 << 20;

    private byte[] _pending = new byte[1 << 16];
    private int _pendingBytes;
    private long _linesBefore;
    private long _linesInPiece;
    private CsvRowReader? _piece;
    private bool _atEnd;
    private bool _isFirst = true;

    public long Line => _linesBefore + (_piece?.Line ?? 0);

    public int CellCount => _piece?.CellCount ?? 0;

    public bool TryRead(out string? problem)
    {
        problem = null;
        while (_piece is null || !_piece.TryRead(out problem))
        {
            if (_atEnd || !TryNextPiece())
            {
                return false;
            }
        }

        return true;
    }

    public ReadOnlySpan<char> Cell(int column)
    {
        return _piece!.Cell(column);
    }

    public void Dispose()
    {
        _piece?.Dispose();
        stream.Dispose();
    }

    private bool TryNextPiece()
    {
        int pieceBytes;
        while ((pieceBytes = EndOfLastRow(_pending.AsSpan(0, _pendingBytes))) == 0 && !_atEnd)
        {
            if (_pendingBytes == _pending.Length)
            {
                Grow();
            }

            int read = stream.Read(_pending, _pendingBytes, _pending.Length - _pendingBytes);
            _pendingBytes += read;
            _atEnd = read == 0;
        }

        pieceBytes = pieceBytes == 0 ? _pendingBytes : pieceBytes;
        byte[] bytes = _pending[..pieceBytes];
        _pending.AsSpan(pieceBytes, _pendingBytes - pieceBytes).CopyTo(_pending);
        _pendingBytes -= pieceBytes;
        _linesBefore += _linesInPiece;
        _linesInPiece = bytes.AsSpan().Count((byte)'\n');
        _piece?.Dispose();
        _piece = new CsvRowReader(new MemoryStream(bytes), encoding, delimiter);
        _isFirst = false;
        return pieceBytes > 0;
    }

    private void Grow()
    {
        if (_pending.Length >= MaxPieceBytes)
        {
            throw new CommandFailure(ExitCode.Failed,
                $"the row from line {_linesBefore + _linesInPiece + 1} on is longer than {MaxPieceBytes} bytes; a "
                    + "quote is probably not closed");
        }

        Array.Resize(ref _pending, _pending.Length * 2);
    }

    /// <summary>
    /// Bytes up to the last line break that no quote encloses; 0 when there is none. As the row reader sees it: a quote
    /// opens only where a cell begins, two quotes inside are one, and what follows the closing one is taken as it is.
    /// </summary>
    private int EndOfLastRow(ReadOnlySpan<byte> bytes)
    {
        bool cellBegins = true;
        int end = 0;
        int at = _isFirst && bytes.StartsWith(SourceHead.Utf8Bom) ? SourceHead.Utf8Bom.Length : 0;
        while (at < bytes.Length)
        {
            if (cellBegins && bytes[at] == '"')
            {
                at = EndOfQuotes(bytes, at + 1);
                cellBegins = false;
                continue;
            }

            int found = bytes[at..].IndexOfAny((byte)delimiter, (byte)'\n', (byte)'\r');
            if (found < 0)
            {
                break;
            }

            at += found + 1;
            end = bytes[at - 1] == '\n' ? at : end;
            cellBegins = true;
        }

        return end;
    }

    private static int EndOfQuotes(ReadOnlySpan<byte> bytes, int at)
    {
        while (true)
        {
            int found = bytes[at..].IndexOf((byte)'"');
            if (found < 0)
            {
                return bytes.Length;
            }

            at += found + 1;
            if (at == bytes.Length || bytes[at] != '"')
            {
                return at;
            }

            at++;
        }
    }
}
