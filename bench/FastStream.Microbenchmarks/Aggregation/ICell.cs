namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>The aggregates of one key in a rival's table. All zeros is an empty cell.</summary>
internal interface ICell
{
    long Count { get; }

    double Sum { get; }

    double Min { get; }

    double Max { get; }

    /// <summary>The sample variance, or NaN where the cell does not keep one.</summary>
    double Variance { get; }

    void Add(double value);
}
