using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace FastStream.Cli.Output;

/// <summary>
/// Writes flat JSON objects as a table, as JSON lines or as CSV. The columns are the properties of the first row.
/// </summary>
internal static class RowWriter
{
    private static readonly JsonSerializerOptions s_lines = new()
    {
        // Keys and rules are read by people in a terminal; nothing here ends up inside a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(TextWriter output, IReadOnlyList<JsonObject> rows, OutputFormat format, string whenEmpty)
    {
        switch (format)
        {
            case OutputFormat.JsonLines:
                foreach (JsonObject row in rows)
                {
                    output.WriteLine(row.ToJsonString(s_lines));
                }

                break;
            case OutputFormat.Csv:
                WriteCsv(output, rows);
                break;
            default:
                WriteTable(output, rows, whenEmpty);
                break;
        }
    }

    /// <summary>Numbers as people read them; everything else as it is.</summary>
    public static string Show(JsonNode? value)
    {
        return value switch
        {
            null => "",
            JsonArray array => string.Join(", ", array.Select(Show)),
            JsonValue number when number.GetValueKind() == JsonValueKind.Number => ShowNumber(number),
            JsonValue flag when flag.GetValueKind() == JsonValueKind.True => "yes",
            JsonValue flag when flag.GetValueKind() == JsonValueKind.False => "no",
            JsonValue text => text.ToString(),
            _ => value.ToJsonString(s_lines),
        };
    }

    private static string ShowNumber(JsonValue number)
    {
        if (number.TryGetValue(out long whole))
        {
            return whole.ToString("N0", CultureInfo.InvariantCulture);
        }

        double value = number.GetValue<double>();
        return Math.Abs(value) is >= 1e15 or (< 1e-3 and > 0)
            ? value.ToString("G6", CultureInfo.InvariantCulture)
            : value.ToString("#,##0.###", CultureInfo.InvariantCulture);
    }

    private static void WriteCsv(TextWriter output, IReadOnlyList<JsonObject> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        List<string> columns = [.. rows[0].Select(p => p.Key)];
        output.WriteLine(string.Join(',', columns.Select(QuoteCsv)));
        foreach (JsonObject row in rows)
        {
            output.WriteLine(string.Join(',',
                columns.Select(c => QuoteCsv(row[c] is JsonArray a ? Show(a) : row[c]?.ToString() ?? ""))));
        }
    }

    private static string QuoteCsv(string text)
    {
        return text.AsSpan().IndexOfAny("\",\r\n") < 0
            ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static void WriteTable(TextWriter output, IReadOnlyList<JsonObject> rows, string whenEmpty)
    {
        if (rows.Count == 0)
        {
            output.WriteLine(whenEmpty);
            return;
        }

        Table table = new() { Border = TableBorder.Rounded };
        List<string> columns = [.. rows[0].Select(p => p.Key)];
        foreach (string name in columns)
        {
            TableColumn column = new(Markup.Escape(name));
            bool number = rows.Any(r => r[name]?.GetValueKind() == JsonValueKind.Number);
            table.AddColumn(number ? column.RightAligned() : column);
        }

        foreach (JsonObject row in rows)
        {
            table.AddRow([.. columns.Select(c => new Text(Show(row[c])))]);
        }

        Terminal.Create(output).Write(table);
    }
}
