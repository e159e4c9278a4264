namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>Count, sum, min and max: 32 bytes.</summary>
internal struct SummaryCell : ICell
{
    public long Count { get; private set; }

    public double Sum { get; private set; }

    public double Min { get; private set; }

    public double Max { get; private set; }

    public readonly double Variance => double.NaN;

    public void Add(double value)
    {
        if (Count++ == 0)
        {
            (Sum, Min, Max) = (value, value, value);
            return;
        }

        Sum += value;
        Min = value < Min ? value : Min;
        Max = value > Max ? value : Max;
    }
}
