namespace FastStream.Protocol;

/// <summary>Why one record of an accepted frame was not taken. The numbers are frozen.</summary>
public enum RefusalReason : ushort
{
    /// <summary>It was taken.</summary>
    None = 0,

    /// <summary>A preparation rule of the stream refused it; the detail is the rule's place.</summary>
    Rule = 1,

    /// <summary>Its event time is too far ahead of its arrival.</summary>
    Future = 2,

    /// <summary>Its event time is outside 1679-01-01 to 2261-01-01.</summary>
    TimeRange = 3,

    /// <summary>Its key would be one more than the stream may have.</summary>
    KeyLimit = 4,
}
