namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>What the keys of the frames look like.</summary>
public enum AggregateShape
{
    /// <summary>100 keys, uniform.</summary>
    Keys100,

    /// <summary>10,000 keys, uniform.</summary>
    Keys10K,

    /// <summary>A million keys, uniform.</summary>
    Keys1M,

    /// <summary>10,000 keys, uniform, and the variance besides.</summary>
    Keys10KVariance,

    /// <summary>Runs of 64 equal keys out of 10,000.</summary>
    Runs64,

    /// <summary>One key in every record, which the frame says.</summary>
    OneKey,
}
