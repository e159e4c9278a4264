namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>No shifted sums are kept.</summary>
internal readonly struct WithoutMoments : IMoments
{
    /// <inheritdoc/>
    public static bool Kept => false;
}
