namespace FastStream.Peers.InProcess;

/// <summary>Count, sum, min and max of a key in the open window. All zeros is an empty cell.</summary>
internal struct WindowCell
{
    public long Count;
    public double Sum;
    public double Min;
    public double Max;

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
