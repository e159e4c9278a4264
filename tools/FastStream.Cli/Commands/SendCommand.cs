using System.CommandLine;
using System.Text;
using FastStream.Cli.Sending;
using FastStream.Cli.Sources;
using FastStream.Protocol;

namespace FastStream.Cli.Commands;

/// <summary><c>send FILE</c>: a CSV or JSON lines file as a stream's producer.</summary>
internal static class SendCommand
{
    public static Command Create()
    {
        ToolCommand command = new("send",
            "Send a CSV or JSON lines file (.gz too, - for standard input). What is not said is inferred "
                + "from the first rows "
            + "and said aloud. The same command run twice adds nothing; a file that grew goes on where it stopped.")
        {
            Examples =
            [
                "faststream send flights.csv",
                "faststream send flights.csv.gz --stream flights --key origin --time time --fields delay,distance",
                "faststream send log.jsonl --follow --key host --time ts --time-format unix-ms --fields latency",
                "faststream send data.csv --no-header --delimiter ';' --decimal-comma --key 1 --time "
                    + "2 --fields speed=4",
                "faststream send unknown.csv --dry-run        shows what would be sent",
            ],
        };
        SendSymbols symbols = new();
        symbols.AddTo(command);
        return command.Do(async (parsed, stop) =>
        {
            SendPlan plan = symbols.Read(parsed);
            return await SendRun.RunAsync(plan, parsed.InvocationConfiguration, stop);
        });
    }

    private sealed class SendSymbols
    {
        private readonly Argument<string> _file = new("FILE")
        {
            Description = "CSV or JSON lines; - is standard input",
        };
        private readonly Option<string> _host = CommonOptions.Host();
        private readonly Option<int> _port = CommonOptions.Port();
        private readonly Option<string> _stream = CommonOptions.StreamName(required: false);
        private readonly Option<string?> _key = new("--key") { Description = "Key column, by name or number from 1" };
        private readonly Option<string?> _keyValue = new("--key-value") { Description = "One key for all rows" };

        private readonly Option<KeyKind> _keyKind = new("--key-kind")
        {
            Description = "text, or u64 for whole numbers (smaller and faster)",
            DefaultValueFactory = _ => KeyKind.Text,
        };

        private readonly Option<string?> _time = new("--time") { Description = "Event time column, by name or number" };

        private readonly Option<string?> _timeFormat = new("--time-format")
        {
            Description = "iso, date, unix-s, unix-ms, unix-us, unix-ns, or a .NET format like \"dd/MM/yyyy HH:mm\"",
        };

        private readonly Option<string?> _fields = new("--fields")
        {
            Description = "Columns a,b,... to send as fields; name=column renames",
        };

        private readonly Option<string?> _syntax = new("--format")
        {
            Description = "csv or jsonl, when the name does not tell",
        };
        private readonly Option<string?> _delimiter = new("--delimiter") { Description = "One character, or tab" };
        private readonly Option<bool> _noHeader = new("--no-header") { Description = "The first line holds data" };
        private readonly Option<bool> _header = new("--header")
        {
            Description = "The first line holds the columns' names",
        };
        private readonly Option<bool> _decimalComma = new("--decimal-comma") { Description = "Numbers like 1,5" };

        private readonly Option<string[]> _absent = new("--absent")
        {
            Description = "A text that stands for no value, like NA; may be repeated", DefaultValueFactory = _ => [],
        };

        private readonly Option<string?> _charset = new("--charset") { Description = "utf-8, latin1 or utf-16" };
        private readonly Option<bool> _follow = new("--follow")
        {
            Description = "Go on when the file grows; Ctrl+C ends it",
        };
        private readonly Option<double> _rate = new("--rate") { Description = "Records a second at most" };

        private readonly Option<long> _maxBad = new("--max-bad")
        {
            Description = "Stop after more unusable lines than this", DefaultValueFactory = _ => 1000,
        };

        private readonly Option<string?> _producer = new("--producer")
        {
            Description = "The producer's name, by which the server knows what has been sent; left "
                + "out: the file's name",
        };

        private readonly Option<ulong> _epoch = new("--epoch")
        {
            Description = "The producer's epoch; a higher one fences a lower", DefaultValueFactory = _ => 1,
        };

        private readonly Option<AckLevel> _ack = CommonOptions.Ack();
        private readonly Option<bool> _compress = new("--compress") { Description = "LZ4 frames" };
        private readonly Option<bool> _end = new("--end") { Description = "Say at the end that this source has ended" };
        private readonly Option<bool> _dryRun = new("--dry-run")
        {
            Description = "Show the first records, send nothing",
        };
        private readonly Option<bool> _json = new("--json") { Description = "The summary as one JSON line" };

        public void AddTo(ToolCommand command)
        {
            _syntax.AcceptOnlyFromAmong("csv", "jsonl");
            _charset.AcceptOnlyFromAmong("utf-8", "latin1", "utf-16");
            CommonOptions.Between(_maxBad, 0, long.MaxValue);
            StreamCommand.Append(command, _file, _host, _port, _stream, _key, _keyValue, _keyKind, _time, _timeFormat,
                _fields, _syntax, _delimiter, _header, _noHeader, _decimalComma, _absent, _charset, _follow, _rate,
                _maxBad, _producer, _epoch, _ack, _compress, _end, _dryRun, _json);
        }

        public SendPlan Read(ParseResult parsed)
        {
            string file = parsed.GetValue(_file)!;
            string stem = file == "-" ? "stdin" : NameWithoutExtensions(file);
            string? producer = parsed.GetValue(_producer);
            if (producer is not null && !StreamName.TryValidate(producer.AsSpan()))
            {
                throw new CommandFailure(ExitCode.Usage,
                    $"--producer \"{producer}\" is no name: 1 to 249 of A-Z a-z 0-9 . _ - without \"..\"");
            }

            return new SendPlan
            {
                Source = ReadSource(parsed, file),
                Host = parsed.GetValue(_host)!,
                Port = parsed.GetValue(_port),
                Stream = parsed.GetValue(_stream) ?? SourceInference.SafeName(stem, "data"),
                Producer = producer ?? SourceInference.SafeName(file == "-" ? "stdin" : Path.GetFileName(file), "file"),
                Epoch = parsed.GetValue(_epoch),
                AckLevel = parsed.GetValue(_ack),
                RecordsPerSecond = parsed.GetValue(_rate),
                Compress = parsed.GetValue(_compress),
                End = parsed.GetValue(_end),
                DryRun = parsed.GetValue(_dryRun),
                Json = parsed.GetValue(_json) || Console.IsOutputRedirected,
            };
        }

        private SourceOptions ReadSource(ParseResult parsed, string file)
        {
            string? fields = parsed.GetValue(_fields);
            return new SourceOptions
            {
                Path = file,
                Syntax = parsed.GetValue(_syntax),
                Delimiter = ReadDelimiter(parsed.GetValue(_delimiter)),
                HasHeader = parsed.GetValue(_noHeader) ? false : parsed.GetValue(_header) ? true : null,
                Encoding = parsed.GetValue(_charset) switch
                {
                    "latin1" => Encoding.Latin1,
                    "utf-16" => Encoding.Unicode,
                    _ => null,
                },
                KeyColumn = parsed.GetValue(_key),
                KeyText = parsed.GetValue(_keyValue) is { Length: > 0 } text ? text : null,
                KeyKind = parsed.GetValue(_keyKind),
                TimeColumn = parsed.GetValue(_time),
                TimeFormat = parsed.GetValue(_timeFormat),
                Fields = fields?.Split(',',
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
                DecimalComma = parsed.GetValue(_decimalComma),
                AbsentTexts = parsed.GetValue(_absent) ?? [],
                Follow = parsed.GetValue(_follow),
                MaxBadLines = parsed.GetValue(_maxBad),
            };
        }

        private static char? ReadDelimiter(string? text)
        {
            return text switch
            {
                null => null,
                "tab" or "\\t" => '\t',
                { Length: 1 } when char.IsAscii(text[0]) && text[0] is not ('"' or '\n' or '\r') => text[0],
                _ => throw new CommandFailure(ExitCode.Usage, $"--delimiter \"{text}\" is not one ASCII "
                    + "character or the word tab"),
            };
        }

        private static string NameWithoutExtensions(string file)
        {
            string name = Path.GetFileName(file);
            name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
            return Path.GetFileNameWithoutExtension(name);
        }
    }
}
