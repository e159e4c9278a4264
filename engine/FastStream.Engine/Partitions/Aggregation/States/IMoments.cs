namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>Whether a view asks for moments: a type argument, so that loops over records do not.</summary>
internal interface IMoments
{
    /// <summary>Whether shifted sums are kept.</summary>
    static abstract bool Kept { get; }
}
