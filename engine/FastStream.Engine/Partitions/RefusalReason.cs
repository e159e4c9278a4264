namespace FastStream.Engine.Partitions;

/// <summary>Why a record was refused. The numbers are on the wire and frozen.</summary>
internal static class RefusalReason
{
    /// <summary>The event time is further ahead of the arrival than the stream's future bound.</summary>
    public const ushort Future = 1;

    /// <summary>The event time is outside 1679-01-01..2261-01-01.</summary>
    public const ushort TimeRange = 2;

    /// <summary>The record's key found no room in the stream's name table.</summary>
    public const ushort KeyLimit = 3;

    /// <summary>Rule r of the stream is reported as this plus r.</summary>
    public const ushort FirstRule = 256;

    /// <summary>The reason that names rule <paramref name="rule"/>.</summary>
    public static ushort OfRule(int rule) => checked((ushort)(FirstRule + rule));
}
