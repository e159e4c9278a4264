namespace FastStream.Cli.Sources;

/// <summary>How a time column is written.</summary>
internal enum TimeFormatKind
{
    /// <summary>ISO 8601: <c>2024-05-01T12:00:00.5Z</c>, a space for the T, an offset, or the date alone.</summary>
    Iso,

    /// <summary>Seconds since 1970-01-01 UTC, with a fraction if there is one.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    UnixMilliseconds,

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    UnixMicroseconds,

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    UnixNanoseconds,

    /// <summary>A .NET date and time format such as <c>dd.MM.yyyy HH:mm</c>.</summary>
    Custom,
}
