namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>What the keys of the frames look like; they are scrambled numbers, never a sequence.</summary>
public enum AggregateShape
{
    /// <summary>100 keys, uniform.</summary>
    Keys100Uniform,

    /// <summary>100 keys, the r-th a share of 1/r.</summary>
    Keys100Zipf,

    /// <summary>10,000 keys, uniform.</summary>
    Keys10KUniform,

    /// <summary>10,000 keys, the r-th a share of 1/r.</summary>
    Keys10KZipf,

    /// <summary>A million keys, uniform.</summary>
    Keys1MUniform,

    /// <summary>A million keys, the r-th a share of 1/r.</summary>
    Keys1MZipf,

    /// <summary>Runs of 64 equal keys out of 10,000.</summary>
    Runs64,

    /// <summary>One key in every record, which the frame says.</summary>
    OneKey,
}
