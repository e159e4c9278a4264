namespace FastStream.Protocol;

/// <summary>What a column of a data frame holds. The numbers are frozen.</summary>
public enum ColumnRole : byte
{
    /// <summary>No column has this role.</summary>
    None = 0,

    /// <summary>The keys; exactly one in a frame.</summary>
    Key = 1,

    /// <summary>The event times; exactly one in a frame.</summary>
    Time = 2,

    /// <summary>One field.</summary>
    Field = 3,

    /// <summary>The opaque source position; at most one in a frame.</summary>
    Position = 4,
}
