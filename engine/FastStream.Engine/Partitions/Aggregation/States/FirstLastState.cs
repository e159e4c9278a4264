namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>
/// First and last present value by event time; of equal times the smallest value is first and the largest last, so
/// that the outcome does not depend on the order records come in.
/// </summary>
internal sealed unsafe class FirstLastState : AggregateState
{
    /// <summary>The only instance.</summary>
    public static readonly FirstLastState Instance = new();

    /// <inheritdoc/>
    public override string Name => "firstlast";

    /// <inheritdoc/>
    public override int Bytes => sizeof(FirstLast);

    /// <inheritdoc/>
    public override void Init(byte* state) => *(FirstLast*)state = new FirstLast
    {
        FirstTime = long.MaxValue,
        FirstValue = double.NaN,
        LastTime = long.MinValue,
        LastValue = double.NaN,
    };

    /// <inheritdoc/>
    public override void Accumulate(in StateInput input, int offset)
    {
        nint* cells = input.Cells;
        ushort* rows = input.Rows;
        int count = input.Count;
        for (int i = 0; i < count; i++)
        {
            double value = input.Values[rows[i]];
            if (!double.IsNaN(value))
            {
                Add((FirstLast*)(cells[i] + offset), input.Times[rows[i]], value);
            }
        }
    }

    /// <inheritdoc/>
    public override void AccumulateRun(byte* state, double* values, long* times, int count, PartitionHeap heap)
    {
        FirstLast local = *(FirstLast*)state;
        for (int i = 0; i < count; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                Add(&local, times[i], values[i]);
            }
        }

        *(FirstLast*)state = local;
    }

    /// <inheritdoc/>
    public override void Merge(byte* into, byte* from, PartitionHeap heap)
    {
        FirstLast* source = (FirstLast*)from;
        if (!double.IsNaN(source->FirstValue))
        {
            Add((FirstLast*)into, source->FirstTime, source->FirstValue);
            Add((FirstLast*)into, source->LastTime, source->LastValue);
        }
    }

    private static void Add(FirstLast* state, long time, double value)
    {
        if (time < state->FirstTime || (time == state->FirstTime && value < state->FirstValue))
        {
            state->FirstTime = time;
            state->FirstValue = value;
        }

        if (time > state->LastTime || (time == state->LastTime && value > state->LastValue))
        {
            state->LastTime = time;
            state->LastValue = value;
        }
    }
}
