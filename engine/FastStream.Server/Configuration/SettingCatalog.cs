using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Results;

namespace FastStream.Server.Configuration;

/// <summary>Every setting. A new one is one line here and one in CONFIGURATION.md, which a test compares.</summary>
internal static class SettingCatalog
{
    /// <summary>The part of the file that declares streams and views; the only one that is no single value.</summary>
    public const string Streams = "streams";

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("data", (o, v) => o with { Engine = o.Engine with { DataDirectory = v } }),
        Setting.Int("port", (o, v) => o with { Frames = o.Frames with { Port = v } }),
        Setting.Int("httpPort", (o, v) => o with { HttpPort = v }),
        Setting.Address("listen", (o, v) => o with { Frames = o.Frames with { Address = v } }),
        Setting.Switch("unsafeAllowRemote", (o, v) => o with { Frames = o.Frames with { UnsafeAllowRemote = v } }),
        Setting.Level("logLevel", (o, v) => o with { LogLevel = v }),
        Setting.Int("partitions", (o, v) => o with { Engine = o.Engine with { Partitions = v } }),
        Setting.Switch("pinPartitions", (o, v) => o with { Engine = o.Engine with { PinPartitions = v } }),
        Setting.Int("frameRingSlots", (o, v) => o with { Engine = o.Engine with { FrameRingSlots = v } }),
        Setting.Switch("allowNewStreams", (o, v) => o with { Engine = o.Engine with { AllowNewStreams = v } }),
        Setting.Switch("allowVolatile", (o, v) => o with { Engine = o.Engine with { AllowVolatile = v } }),
        Setting.Switch("ephemeral", (o, v) => o with { Engine = o.Engine with { Ephemeral = v } }),
        Setting.Int("limits:maxStreams", (o, v) => Limits(o, l => l with { MaxStreams = v })),
        Setting.Int("limits:maxProducers", (o, v) => Limits(o, l => l with { MaxProducers = v })),
        Setting.Int("limits:maxKeysPerStream", (o, v) => Limits(o, l => l with { MaxKeysPerStream = v })),
        Setting.Int("limits:maxKeysPerView", (o, v) => Limits(o, l => l with { MaxKeysPerView = v })),
        Setting.Int("limits:maxOpenWindowsPerView", (o, v) => Limits(o, l => l with { MaxOpenWindowsPerView = v })),
        Setting.Int("limits:maxDictionaryIdsPerProducer", (o, v) =>
            Limits(o, l => l with { MaxDictionaryIdsPerProducer = v })),
        Setting.Int("limits:maxLayoutsPerStream", (o, v) => Limits(o, l => l with { MaxLayoutsPerStream = v })),
        Setting.Int("limits:maxFrameBytes", (o, v) => Limits(o, l => l with { MaxFrameBytes = v })),
        Setting.Long("limits:maxInFlightBytes", (o, v) => Limits(o, l => l with { MaxInFlightBytes = v })),
        Setting.Int("limits:maxInFlightBytesPerSession", (o, v) =>
            Limits(o, l => l with { MaxInFlightBytesPerSession = v })),
        Setting.Long("limits:maxDecodedBytesPerSession", (o, v) =>
            Limits(o, l => l with { MaxDecodedBytesPerSession = v })),
        Setting.Int("connections:max", (o, v) => Frames(o, f => f with { MaxConnections = v })),
        Setting.Int("connections:maxPerAddress", (o, v) => Frames(o, f => f with { MaxConnectionsPerAddress = v })),
        Setting.Int("connections:maxHttp", (o, v) => Frames(o, f => f with { MaxHttpConnections = v })),
        Setting.Int("connections:busyPoll", (o, v) => Frames(o, f => f with { BusyPollConnections = v })),
        Setting.Long("connections:maxReceiveBytes", (o, v) => Frames(o, f => f with { MaxReceiveBytes = v })),
        Setting.Duration("connections:helloTimeout", (o, v) => Frames(o, f => f with { HelloTimeout = v })),
        Setting.Duration("connections:slowFrameGrace", (o, v) => Frames(o, f => f with { SlowFrameGrace = v })),
        Setting.Int("connections:minFrameBytesPerSecond", (o, v) =>
            Frames(o, f => f with { MinFrameBytesPerSecond = v })),
        Setting.Duration("connections:idleTimeout", (o, v) => Frames(o, f => f with { IdleTimeout = v })),
        Setting.Int("connections:maxUnsentBytes", (o, v) => Frames(o, f => f with { MaxUnsentBytes = v })),
        Setting.Long("connections:maxTotalUnsentBytes", (o, v) =>
            Frames(o, f => f with { MaxTotalUnsentBytes = v })),
        Setting.Duration("connections:maxUnsentTime", (o, v) => Frames(o, f => f with { MaxUnsentTime = v })),
        Setting.Duration("connections:closeTimeout", (o, v) => Frames(o, f => f with { CloseTimeout = v })),
        Setting.Int("logs:journalPageBytes", (o, v) => Logs(o, l => l with { JournalPageBytes = v })),
        Setting.Long("logs:journalMemoryBytes", (o, v) => Logs(o, l => l with { JournalMemoryBytes = v })),
        Setting.Long("logs:journalSegmentBytes", (o, v) => Logs(o, l => l with { JournalSegmentBytes = v })),
        Setting.Long("logs:smallSegmentBytes", (o, v) => Logs(o, l => l with { SmallSegmentBytes = v })),
        Setting.Long("logs:reserveBytes", (o, v) => Logs(o, l => l with { ReserveBytes = v })),
        Setting.Long("snapshots:everyBytes", (o, v) =>
            o with { Engine = o.Engine with { Snapshots = o.Engine.Snapshots with { EveryBytes = v } } }),
        Setting.Long("snapshots:bytesPerSecond", (o, v) =>
            o with { Engine = o.Engine with { Snapshots = o.Engine.Snapshots with { BytesPerSecond = v } } }),
        Setting.Duration("snapshots:every", (o, v) =>
            o with { Engine = o.Engine with { Snapshots = o.Engine.Snapshots with { Every = v } } }),
        Setting.Switch("snapshots:atClose", (o, v) =>
            o with { Engine = o.Engine with { Snapshots = o.Engine.Snapshots with { AtClose = v } } }),
        Setting.Long("retention:journalBytes", (o, v) => Journal(o, r => r with { MaxBytes = v })),
        Setting.Duration("retention:journalAge", (o, v) => Journal(o, r => r with { MaxAge = v })),
        Setting.Long("retention:resultsBytes", (o, v) => Results(o, r => r with { MaxBytes = v })),
        Setting.Duration("retention:resultsAge", (o, v) => Results(o, r => r with { MaxAge = v })),
    ];

    private static ServerOptions Limits(ServerOptions options, Func<EngineLimits, EngineLimits> change) =>
        options with { Engine = options.Engine with { Limits = change(options.Engine.Limits) } };

    private static ServerOptions Frames(
        ServerOptions options, Func<FrameListenerOptions, FrameListenerOptions> change) =>
        options with { Frames = change(options.Frames) };

    private static ServerOptions Logs(ServerOptions options, Func<LogOptions, LogOptions> change) =>
        options with { Engine = options.Engine with { Logs = change(options.Engine.Logs) } };

    private static ServerOptions Journal(ServerOptions options, Func<RetentionPolicy, RetentionPolicy> change) =>
        options with { Engine = options.Engine with { JournalRetention = change(options.Engine.JournalRetention) } };

    private static ServerOptions Results(ServerOptions options, Func<RetentionPolicy, RetentionPolicy> change)
    {
        ResultsOptions results = options.Engine.Results;
        return options with
        {
            Engine = options.Engine with { Results = results with { Retention = change(results.Retention) } },
        };
    }
}
