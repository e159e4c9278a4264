namespace FastStream.TestKit.Model;

/// <summary>A present value with its event time; ordered by time, then by value, as first and last are.</summary>
internal readonly record struct ModelSample(long TimeNs, double Value) : IComparable<ModelSample>
{
    /// <inheritdoc/>
    public int CompareTo(ModelSample other)
    {
        int byTime = TimeNs.CompareTo(other.TimeNs);
        return byTime != 0 ? byTime : Value.CompareTo(other.Value);
    }
}
