using System.Globalization;
using System.Text;
using FastStream.Protocol;

namespace FastStream.Cli.Sources;

/// <summary>
/// Decides from the head of a source, and from what the user said, which columns become key, event time and fields.
/// Every decision that the user did not make is put into words.
/// </summary>
internal sealed class SourceInference
{
    public const int MaxFields = 64;
    private const int SampleRows = 100;

    private static readonly string[] s_timeNames =
        ["time", "timestamp", "ts", "event_time", "eventtime", "datetime", "date_time", "date", "t", "when",
            "created_at"];

    private static readonly string[] s_keyNames =
        ["key", "id", "device", "device_id", "sensor", "sensor_id", "station", "station_id", "name", "symbol", "host"];

    private readonly SourceOptions _options;
    private readonly string _name;
    private readonly SourceHead _head;
    private readonly List<string> _notes = [];
    private readonly List<string> _warnings = [];
    private List<string> _columns = [];
    private List<string[]> _rows = [];
    private bool _hasHeader;

    private SourceInference(SourceOptions options, string name, SourceHead head)
    {
        _options = options;
        _name = name;
        _head = head;
    }

    public static SourceLayout Run(SourceOptions options, string name, SourceHead head)
    {
        return new SourceInference(options, name, head).Infer();
    }

    /// <summary>Letters, digits and underscores, as stream and field names want them.</summary>
    public static string SafeName(string text, string whenEmpty)
    {
        char[] safe = [.. text.Trim().Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_')];
        string name = new string(safe).Trim('.', '_').Replace("..", "_", StringComparison.Ordinal);
        return name.Length == 0 ? whenEmpty : name[..Math.Min(name.Length, 64)];
    }

    private SourceLayout Infer()
    {
        bool json = SourceSyntax.IsJson(_options, _name, _head);
        char delimiter = json
            ? ','
            : _options.Delimiter ?? SourceSyntax.Delimiter(_head, _options.Encoding ?? Encoding.UTF8);
        if (json)
        {
            SampleJson();
        }
        else
        {
            SampleCsv(delimiter);
        }

        if (_rows.Count == 0)
        {
            throw new CommandFailure(ExitCode.Failed, $"{_name} holds no row to learn its columns from");
        }

        int time = FindTime(out TimeFormat format);
        int key = FindKey(time, out string? keyText);
        List<SourceField> fields = FindFields(time, key);
        return new SourceLayout
        {
            IsJson = json,
            Delimiter = delimiter,
            HasHeader = _hasHeader,
            Columns = _columns,
            KeyColumn = key,
            KeyText = keyText,
            TimeColumn = time,
            TimeFormat = format,
            Fields = fields,
            Notes = _notes,
            Warnings = _warnings,
        };
    }

    private void SampleJson()
    {
        using (LineReader lines = new(new MemoryStream(_head.CompleteLines().ToArray())))
        {
            while (lines.Line < SampleRows && lines.TryRead(out ReadOnlyMemory<byte> line))
            {
                JsonRowReader.TryCollectNames(line.Span, _columns);
            }
        }

        // A column that only later rows have must be asked for by name; it then exists although no sample shows it.
        IEnumerable<string?> asked = [_options.KeyColumn, _options.TimeColumn,
            .. _options.Fields.Select(ColumnOfFieldOption)];
        foreach (string? name in asked)
        {
            if (name is not null && !_columns.Contains(name) && _columns.Count > 0 && !int.TryParse(name, out _))
            {
                _warnings.Add($"no property \"{name}\" in the first lines; they have: {string.Join(", ", _columns)}");
                _columns.Add(name);
            }
        }

        using JsonRowReader reader = new(new MemoryStream(_head.CompleteLines().ToArray()), _columns);
        ReadRows(reader);
    }

    private void SampleCsv(char delimiter)
    {
        using CsvRowReader reader = new(new MemoryStream(_head.CompleteLines().ToArray()), _options.Encoding,
            delimiter);
        ReadRows(reader);
        if (_rows.Count == 0)
        {
            return;
        }

        string[] first = _rows[0];
        _hasHeader = _options.HasHeader ?? first.All(LooksLikeTitle);
        if (_hasHeader)
        {
            _rows.RemoveAt(0);
            _columns = [.. first.Select((title, i) => string.IsNullOrWhiteSpace(title) ? $"c{i + 1}" : title.Trim())];
        }
        else
        {
            _columns = [.. Enumerable.Range(1, first.Length).Select(i => $"c{i}")];
            _notes.Add($"no header line: the columns are called {string.Join(", ", _columns)}");
        }

        if (delimiter != ',' && _options.Delimiter is null)
        {
            _notes.Add($"delimiter: {(delimiter == '\t' ? "tab" : $"\"{delimiter}\"")}");
        }
    }

    private void ReadRows(IRowReader reader)
    {
        while (_rows.Count <= SampleRows && reader.TryRead(out string? problem))
        {
            if (problem is null)
            {
                _rows.Add([.. Enumerable.Range(0, reader.CellCount).Select(i => reader.Cell(i).ToString())]);
            }
        }
    }

    private static bool LooksLikeTitle(string cell)
    {
        return !NumberText.TryParse(cell, decimalComma: true, out _) && TimeFormat.Infer([cell]) is null;
    }

    private int FindTime(out TimeFormat format)
    {
        int column = _options.TimeColumn is { } asked
            ? Resolve(asked, "--time")
            : ByName(s_timeNames) ?? FirstColumn(IsTimeText)
                ?? throw new CommandFailure(ExitCode.Usage,
                    $"no column of {_name} looks like a time; name it with --time (columns: "
                        + $"{string.Join(", ", _columns)})");

        List<string> samples = [.. Samples(column)];
        TimeFormat? inferred = _options.TimeFormat is { } option
            ? TimeFormat.FromOption(option)
            : TimeFormat.Infer(samples);
        format = inferred ?? throw new CommandFailure(ExitCode.Failed, samples.Count == 0
            ? $"time column \"{_columns[column]}\" is empty in the first rows"
            : $"time column \"{_columns[column]}\": cannot tell how \"{UnreadableSample(samples)}\" is written; "
                + "say it with --time-format (iso, unix-s, unix-ms, unix-us, unix-ns, or a .NET format like "
                + "\"dd/MM/yyyy HH:mm\")");
        string example = samples.Count > 0 && format.TryParse(samples[0], out long ns)
            ? $" ({EventTime.Format(ns)}, ..)"
            : "";
        _notes.Add($"time column \"{_columns[column]}\": read as {format}{example}");
        WarnIfImplausible(column, samples, format);
        return column;
    }

    private static string UnreadableSample(List<string> samples)
    {
        // Mostly one odd value among good ones: that one is worth showing.
        return samples.Find(s => TimeFormat.Infer([s]) is null) ?? samples[0];
    }

    private void WarnIfImplausible(int column, List<string> samples, TimeFormat format)
    {
        long from = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * EventTime.NsPerSecond;
        long to = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * EventTime.NsPerSecond;
        foreach (string sample in samples)
        {
            if (format.TryParse(sample, out long ns) && (ns < from || ns > to))
            {
                _warnings.Add($"time column \"{_columns[column]}\": {sample} read as {format} is "
                    + $"{EventTime.Format(ns)}; "
                    + "if that is wrong, name the unit with --time-format (unix-s, unix-ms, unix-us, unix-ns)");
                return;
            }
        }
    }

    private int FindKey(int time, out string? keyText)
    {
        keyText = _options.KeyText;
        if (keyText is not null)
        {
            return -1;
        }

        if (_options.KeyColumn is { } asked)
        {
            return Resolve(asked, "--key");
        }

        int? found = ByName(s_keyNames, not: time) ?? FirstColumn(cell => !IsNumber(cell), not: time);
        if (found is { } column && Samples(column).Any())
        {
            _notes.Add($"key: column \"{_columns[column]}\" (--key chooses another)");
            return column;
        }

        keyText = _options.KeyKind == KeyKind.Text ? SafeName(Path.GetFileNameWithoutExtension(_name), "all") : "0";
        _notes.Add($"key: \"{keyText}\" for all rows, as no column holds text (--key names one)");
        return -1;
    }

    private List<SourceField> FindFields(int time, int key)
    {
        List<SourceField> fields = [];
        if (_options.Fields.Count > 0)
        {
            foreach (string option in _options.Fields)
            {
                int equals = option.IndexOf('=', StringComparison.Ordinal);
                int column = Resolve(ColumnOfFieldOption(option), "--fields");
                fields.Add(Field(equals > 0 ? option[..equals] : _columns[column], column));
            }
        }
        else
        {
            for (int i = 0; i < _columns.Count && fields.Count < MaxFields; i++)
            {
                if (i != time && i != key && Samples(i).Any() && Samples(i).All(IsNumber))
                {
                    fields.Add(Field(_columns[i], i));
                }
            }

            if (fields.Count == 0)
            {
                // A record has a field at least; a log of mere events is still worth counting.
                fields.Add(new SourceField("one", SourceField.One, "one"));
                _notes.Add("no column holds numbers: every record gets the field \"one\" = 1 (--fields names columns)");
            }
            else
            {
                _notes.Add($"fields: {string.Join(", ", fields.Select(f => f.Name))} (--fields chooses others)");
            }
        }

        foreach (IGrouping<string, SourceField> same in fields.GroupBy(f => f.Name).Where(g => g.Count() > 1))
        {
            throw new CommandFailure(ExitCode.Usage,
                $"--fields: two columns would be called \"{same.Key}\"; name them apart, like --fields "
                    + $"other={same.Last().Column + 1}");
        }

        return fields;
    }

    private static SourceField Field(string name, int column)
    {
        string safe = SafeName(name, $"c{column + 1}").Replace('-', '_');
        return new SourceField(char.IsAsciiDigit(safe[0]) ? "c" + safe : safe, column, name);
    }

    private static string ColumnOfFieldOption(string option)
    {
        return option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim();
    }

    /// <summary>By exact name, by name in another case, by number from 1.</summary>
    private int Resolve(string asked, string option)
    {
        int column = _columns.IndexOf(asked);
        if (column < 0)
        {
            column = _columns.FindIndex(c => string.Equals(c, asked, StringComparison.OrdinalIgnoreCase));
        }

        if (column < 0 && int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= 1 && number <= _columns.Count)
        {
            column = number - 1;
        }

        return column >= 0 ? column : throw new CommandFailure(ExitCode.Usage,
            $"{option}: {_name} has no column \"{asked}\"; it has: {string.Join(", ", _columns)}");
    }

    private int? ByName(string[] names, int not = -1)
    {
        foreach (string name in names)
        {
            int column = _columns.FindIndex(c => string.Equals(c, name, StringComparison.OrdinalIgnoreCase));
            if (column >= 0 && column != not)
            {
                return column;
            }
        }

        return null;
    }

    private int? FirstColumn(Predicate<string> fits, int not = -1)
    {
        for (int i = 0; i < _columns.Count; i++)
        {
            if (i != not && Samples(i).Any() && Samples(i).All(cell => fits(cell)))
            {
                return i;
            }
        }

        return null;
    }

    private static bool IsTimeText(string cell)
    {
        return TimeFormat.Infer([cell]) is { } format && (format.Kind is TimeFormatKind.Iso or TimeFormatKind.Custom);
    }

    private bool IsNumber(string cell)
    {
        return NumberText.TryParse(cell, _options.DecimalComma, out _);
    }

    private IEnumerable<string> Samples(int column)
    {
        return _rows.Select(row => column < row.Length ? row[column] : "")
            .Where(cell => !string.IsNullOrWhiteSpace(cell) && !_options.AbsentTexts.Contains(cell.Trim()));
    }
}
