namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>
/// The aggregates of one key in a rival's table: count, sum, min, max and the variance by sums shifted by the key's
/// first value, 56 bytes. All zeros is an empty cell.
/// </summary>
internal struct MomentsCell
{
    private double _pivot;
    private double _shiftedSum;
    private double _shiftedSquares;

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public double Min { get; private set; }

    public double Max { get; private set; }

    /// <summary>The sample variance.</summary>
    public readonly double Variance =>
        Count < 2 ? double.NaN : (_shiftedSquares - (_shiftedSum * _shiftedSum / Count)) / (Count - 1);

    public void Add(double value)
    {
        if (Count++ == 0)
        {
            (Sum, Min, Max, _pivot) = (value, value, value, value);
            return;
        }

        double shifted = value - _pivot;
        Sum += value;
        Min = value < Min ? value : Min;
        Max = value > Max ? value : Max;
        _shiftedSum += shifted;
        _shiftedSquares += shifted * shifted;
    }
}
