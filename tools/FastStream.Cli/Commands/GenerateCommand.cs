using System.CommandLine;
using FastStream.Cli.Generation;
using FastStream.Cli.Sources;
using FastStream.Protocol;

namespace FastStream.Cli.Commands;

/// <summary><c>generate</c>: a load whose every record is determined by (seed, producer, sequence).</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        GenerateSymbols symbols = new();
        ToolCommand command = new("generate",
            "Send made-up records as fast as the server takes them; prints the rate and the ack latency. The "
                + "same flags always make the same records, so what must come out can be computed")
        {
            Examples =
            [
                "faststream generate --stream load --frames 1000 --records 10000 --keys 10000",
                "faststream generate --stream load --producer p1 --epoch 1 --seed 7 --frames 500 --records 1000 "
                    + "--keys 100 --retry --out p1.log",
            ],
        };
        symbols.AddTo(command);
        return command.Do((parsed, stop) => GenerateRun.RunAsync(symbols.Read(parsed), parsed.InvocationConfiguration,
            stop));
    }

    private sealed class GenerateSymbols
    {
        private readonly Option<string> _host = CommonOptions.Host();
        private readonly Option<int> _port = CommonOptions.Port();
        private readonly Option<string> _stream = CommonOptions.StreamName(required: true);

        private readonly Option<string> _producer = new("--producer")
        {
            Description = "The producer's name", DefaultValueFactory = _ => "generate",
        };

        private readonly Option<ulong> _epoch = new("--epoch")
        {
            Description = "The producer's epoch; 0 takes the next one", DefaultValueFactory = _ => 0,
        };

        private readonly Option<ulong> _seed = new("--seed") { Description = "Seed", DefaultValueFactory = _ => 1 };
        private readonly Option<long> _frames = new("--frames")
        {
            Description = "Frames to send",
            DefaultValueFactory = _ => 1000,
        };

        private readonly Option<int> _records = new("--records")
        {
            Description = "Records in each frame", DefaultValueFactory = _ => 10_000,
        };

        private readonly Option<ulong> _keys = new("--keys")
        {
            Description = "Different keys",
            DefaultValueFactory = _ => 10_000,
        };
        private readonly Option<bool> _smallKeys = new("--small-keys")
        {
            Description = "Keys 0 .. K-1 instead of scattered ones",
        };

        private readonly Option<long> _from = new("--from-sequence")
        {
            Description = "The first frame's sequence", DefaultValueFactory = _ => 1,
        };

        private readonly Option<int> _inFlight = new("--in-flight")
        {
            Description = "Frames sent but not yet acked, at most", DefaultValueFactory = _ => 64,
        };

        private readonly Option<AckLevel> _ack = CommonOptions.Ack();
        private readonly Option<bool> _retry = new("--retry")
        {
            Description = "Reconnect for ever and send again what was not acked",
        };
        private readonly Option<string?> _out = new("--out")
        {
            Description = "File for ACK n, DUP n and REF n reason, each flushed",
        };
        private readonly Option<double> _rate = new("--rate") { Description = "Records a second at most" };

        private readonly Option<string> _encoding = new("--encoding")
        {
            Description = "Columns: raw, or auto (smaller where that loses nothing)", DefaultValueFactory = _ => "raw",
        };

        private readonly Option<bool> _compress = new("--compress") { Description = "LZ4 frames" };

        private readonly Option<string> _start = new("--start")
        {
            Description = "Event time of the first record", DefaultValueFactory = _ => "2020-01-01T00:00:00Z",
        };

        private readonly Option<string> _step = new("--step")
        {
            Description = "Event time from record to record", DefaultValueFactory = _ => "1ms",
        };

        private readonly Option<string> _jitter = new("--jitter")
        {
            Description = "Event time is later by 0 .. this, at random", DefaultValueFactory = _ => "0",
        };

        private readonly Option<bool> _json = CommonOptions.Json();

        public void AddTo(ToolCommand command)
        {
            _encoding.AcceptOnlyFromAmong("raw", "auto");
            CommonOptions.Between(_frames, 0, long.MaxValue);
            CommonOptions.Between(_records, 1, WireFormat.MaxRecordsPerFrame);
            CommonOptions.Between<ulong>(_keys, 1, ulong.MaxValue);
            CommonOptions.Between(_from, 1, long.MaxValue);
            CommonOptions.Between(_inFlight, 1, 65_536);
            StreamCommand.Append(command, _host, _port, _stream, _producer, _epoch, _seed, _frames, _records, _keys,
                _smallKeys, _from, _inFlight, _ack, _retry, _out, _rate, _encoding, _compress, _start, _step,
                _jitter, _json);
        }

        public GeneratePlan Read(ParseResult parsed)
        {
            if (!EventTime.TryParseIso(parsed.GetValue(_start), out long startNs))
            {
                throw new CommandFailure(ExitCode.Usage, $"--start \"{parsed.GetValue(_start)}\" is "
                    + "not an ISO 8601 time");
            }

            string producer = parsed.GetValue(_producer)!;
            if (!StreamName.TryValidate(producer.AsSpan()))
            {
                throw new CommandFailure(ExitCode.Usage,
                    $"--producer \"{producer}\" is no name: 1 to 249 of A-Z a-z 0-9 . _ - without \"..\"");
            }

            return new GeneratePlan
            {
                Host = parsed.GetValue(_host)!,
                Port = parsed.GetValue(_port),
                Stream = parsed.GetValue(_stream)!,
                Epoch = parsed.GetValue(_epoch),
                Records = new RecordGenerator(parsed.GetValue(_seed), producer, parsed.GetValue(_records),
                    parsed.GetValue(_keys))
                {
                    SmallKeys = parsed.GetValue(_smallKeys),
                    StartNs = startNs,
                    StepNs = DurationOption.Parse("--step", parsed.GetValue(_step)!),
                    JitterNs = DurationOption.Parse("--jitter", parsed.GetValue(_jitter)!),
                },
                FrameCount = parsed.GetValue(_frames),
                FromSequence = parsed.GetValue(_from),
                MaxInFlightFrames = parsed.GetValue(_inFlight),
                AckLevel = parsed.GetValue(_ack),
                Retry = parsed.GetValue(_retry),
                OutFile = parsed.GetValue(_out),
                RecordsPerSecond = parsed.GetValue(_rate),
                AutoEncoding = parsed.GetValue(_encoding) == "auto",
                Compress = parsed.GetValue(_compress),
                Json = parsed.GetValue(_json) || Console.IsOutputRedirected,
            };
        }
    }
}
