namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>How one present value changes a state: a type argument, so that loops over records call nothing.</summary>
internal unsafe interface IValueUpdate
{
    /// <summary>Adds a value that is not NaN.</summary>
    static abstract void Add(byte* state, double value);
}
