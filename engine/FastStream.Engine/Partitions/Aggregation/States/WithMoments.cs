namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>Shifted sums are kept.</summary>
internal readonly struct WithMoments : IMoments
{
    /// <inheritdoc/>
    public static bool Kept => true;
}
