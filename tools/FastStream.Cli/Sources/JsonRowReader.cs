using System.Text;
using System.Text.Json;

namespace FastStream.Cli.Sources;

/// <summary>
/// JSON lines: one object a line; its properties are the cells, numbers as the text they were written in.
/// </summary>
internal sealed class JsonRowReader : IRowReader
{
    private readonly LineReader _lines;
    private readonly byte[][] _columns;
    private readonly char[][] _cells;
    private readonly int[] _lengths;

    /// <param name="stream">Read to its end.</param>
    /// <param name="columns">The properties that are wanted, in the order of the cells.</param>
    public JsonRowReader(Stream stream, IReadOnlyList<string> columns)
    {
        _lines = new LineReader(stream);
        _columns = [.. columns.Select(Encoding.UTF8.GetBytes)];
        _cells = [.. columns.Select(_ => new char[64])];
        _lengths = new int[columns.Count];
    }

    public long Line => _lines.Line;

    public int CellCount => _cells.Length;

    public bool TryRead(out string? problem)
    {
        problem = null;
        ReadOnlyMemory<byte> line;
        do
        {
            if (!_lines.TryRead(out line))
            {
                return false;
            }
        }
        while (line.Span.Trim(" \t"u8).Length == 0);

        try
        {
            Array.Clear(_lengths);
            ReadObject(line.Span);
        }
        catch (JsonException error)
        {
            problem = $"is not a JSON object (at byte {error.BytePositionInLine ?? 0} of the line)";
        }
        catch (InvalidOperationException)
        {
            problem = "holds text that is not UTF-8";
        }

        return true;
    }

    public ReadOnlySpan<char> Cell(int column)
    {
        return _cells[column].AsSpan(0, _lengths[column]);
    }

    public void Dispose()
    {
        _lines.Dispose();
    }

    /// <summary>
    /// The property names of one line, added to <paramref name="names"/>; false when it is no object, or a name is no
    /// text.
    /// </summary>
    public static bool TryCollectNames(ReadOnlySpan<byte> line, List<string> names)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (!names.Contains(name))
                {
                    names.Add(name);
                }

                reader.Read();
                reader.Skip();
            }

            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void ReadObject(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader reader = new(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("no object", null, null, 0);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int column = ColumnOf(ref reader);
            reader.Read();
            if (column >= 0)
            {
                CopyText(ref reader, column);
            }

            reader.Skip();
        }

        // Anything after the closing brace is an error that the reader throws here.
        reader.Read();
    }

    private int ColumnOf(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            if (reader.ValueTextEquals(_columns[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private void CopyText(ref Utf8JsonReader reader, int column)
    {
        if (_cells[column].Length < reader.ValueSpan.Length)
        {
            _cells[column] = new char[reader.ValueSpan.Length * 2];
        }

        char[] cell = _cells[column];
        _lengths[column] = reader.TokenType switch
        {
            JsonTokenType.String => reader.CopyString(cell),
            JsonTokenType.Number => Encoding.UTF8.GetChars(reader.ValueSpan, cell),
            JsonTokenType.True => CopyText("true", cell),
            JsonTokenType.False => CopyText("false", cell),
            JsonTokenType.Null => 0,
            _ => CopyText("{...}", cell),
        };
    }

    private static int CopyText(string text, char[] cell)
    {
        text.CopyTo(cell);
        return text.Length;
    }
}
