using System.Globalization;
using FastStream.Cli.Generation;
using FastStream.Protocol;
using RecordGenerator = FastStream.TestKit.Generate.RecordGenerator;
using Generator = FastStream.Cli.Generation.RecordGenerator;

namespace FastStream.CrashLoop;

/// <summary>
/// What the producers send and the server makes of it: a stream whose windows close all the time, with records that
/// come late, and small files, so that segments change and snapshots are taken while things break.
/// </summary>
internal sealed record CrashLoad
{
    public const string Stream = "load";
    public const string TextStream = "names";
    public const string SenderStream = "sender";
    public const int NumberProducerCount = 3;

    /// <summary>Late by its own producer's progress alone, so the same records are late in every run.</summary>
    public const string KeyView = "tumbling 20s late 1s by key: count, sum(value), min(value), max(value), variance(value)";

    /// <summary>Holds every record: what an independent program computes must be in it.</summary>
    public const string AllView = "tumbling 365d late 365d over all: count, sum(value), min(value), max(value)";

    public const long StartNs = 1_577_836_800_000_000_000;
    public const long StepNs = 1_000_000;
    public const long JitterNs = 3_000_000_000;

    /// <summary>Seed of the records.</summary>
    public ulong Seed { get; init; } = 7;

    public int RecordsPerFrame { get; init; } = 60;

    public ulong KeyCount { get; init; } = 200;

    /// <summary>Frames that a producer sends before it waits for an ack.</summary>
    public int InFlightFrames { get; init; } = 16;

    /// <summary>The journal is cut behind snapshots down to this.</summary>
    public long RetainedJournalBytes { get; init; } = 2 << 20;

    /// <summary>The server's configuration file.</summary>
    public string Configuration => $$"""
        {
          "limits": { "maxFrameBytes": 16384 },
          "connections": { "helloTimeout": "2m", "slowFrameGrace": "2m" },
          "logs": { "journalPageBytes": 65536, "journalSegmentBytes": 262144, "smallSegmentBytes": 4194304 },
          "snapshots": { "everyBytes": 262144, "every": "100ms" },
          "retention": { "journalBytes": {{RetainedJournalBytes}} },
          "streams": {
            "{{Stream}}": {
              "definition": "u64 (value) idle 30d",
              "views": { "by-key": "{{KeyView}}", "all": "{{AllView}}" }
            },
            "{{TextStream}}": {
              "definition": "text (value) idle 30d",
              "views": { "by-name": "{{KeyView}}" }
            },
            "{{SenderStream}}": {
              "definition": "u64 (value) idle 30d",
              "views": { "by-key": "{{KeyView}}" }
            }
          }
        }
        """;

    /// <summary>
    /// The producers, each with frames of its own: raw columns, encoded ones, LZ4 besides, and text keys. The level is
    /// that of each by its number.
    /// </summary>
    public IReadOnlyList<CrashSource> Sources(Func<int, AckLevel> levelOf)
    {
        List<CrashSource> sources = [];
        for (int p = 0; p < NumberProducerCount; p++)
        {
            GeneratePlan plan = PlanOf(Stream, NameOf(p), levelOf(p)) with { AutoEncoding = p > 0, Compress = p > 1 };
            sources.Add(new CrashSource(plan, new GeneratedFrames(plan)));
        }

        GeneratePlan named = PlanOf(TextStream, "names", levelOf(NumberProducerCount)) with { KeyKind = KeyKind.Text };
        sources.Add(new CrashSource(named, new NamedFrames(RecordsOf(named.Records.Producer))));
        return sources;
    }

    /// <summary>Name of the p-th producer of numbers.</summary>
    public static string NameOf(int p) => string.Create(CultureInfo.InvariantCulture, $"p{p}");

    /// <summary>The records of a producer, computed independently of the tool that sends them.</summary>
    public RecordGenerator RecordsOf(string producer) => new(producer, Seed)
    {
        RecordsPerFrame = RecordsPerFrame,
        KeyCount = KeyCount,
        StartNs = StartNs,
        StepNs = StepNs,
        JitterNs = (ulong)JitterNs,
    };

    private GeneratePlan PlanOf(string stream, string producer, AckLevel level) => new()
    {
        Host = "127.0.0.1",
        Port = 0,
        Stream = stream,
        Epoch = 1,
        Records = new Generator(Seed, producer, RecordsPerFrame, KeyCount)
        {
            StartNs = StartNs,
            StepNs = StepNs,
            JitterNs = JitterNs,
        },
        FrameCount = long.MaxValue,
        MaxInFlightFrames = InFlightFrames,
        AckLevel = level,
        Retry = true,
    };
}
