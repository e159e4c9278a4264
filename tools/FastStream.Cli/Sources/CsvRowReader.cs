using System.Text;
using CsvHelper;

namespace FastStream.Cli.Sources;

/// <summary>
/// RFC 4180 rows: quotes with line breaks, CRLF or LF, blank lines left out, any one-character delimiter.
/// </summary>
internal sealed class CsvRowReader : IRowReader
{
    /// <summary>A quote that is never closed would otherwise swallow the rest of the file into one cell.</summary>
    private const int MaxRowBytes = 1 << 20;

    private readonly CsvReader _reader;
    private char[] _cell = new char[256];

    /// <param name="stream">Read to its end.</param>
    /// <param name="encoding">Null: UTF-8, or what a byte order mark says.</param>
    /// <param name="delimiter">One ASCII character.</param>
    public CsvRowReader(Stream stream, Encoding? encoding, char delimiter)
    {
        CsvReaderOptions options = new()
        {
            Separator = delimiter,
            HasHeader = false,
            Encoding = encoding,
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            DetectSeparatorHint = false,
            MaxRecordSize = MaxRowBytes,
        };
        _reader = CsvReader.Create(stream, options, leaveOpen: false);
    }

    public long Line => _reader.LineNumber;

    public int CellCount => _reader.FieldCount;

    public bool TryRead(out string? problem)
    {
        problem = null;
        try
        {
            return _reader.Read();
        }
        catch (CsvFormatException error)
        {
            throw new CommandFailure(ExitCode.Failed,
                $"the row from line {error.LineNumber} on is no sound CSV, perhaps a quote is not "
                    + $"closed: {error.Message}", error);
        }
    }

    public ReadOnlySpan<char> Cell(int column)
    {
        if (column >= _reader.FieldCount)
        {
            return [];
        }

        ReadOnlySpan<byte> utf8 = _reader.GetSpan(column);
        if (_cell.Length < utf8.Length)
        {
            _cell = new char[utf8.Length * 2];
        }

        return _cell.AsSpan(0, Encoding.UTF8.GetChars(utf8, _cell));
    }

    public void Dispose()
    {
        _reader.Dispose();
    }
}
