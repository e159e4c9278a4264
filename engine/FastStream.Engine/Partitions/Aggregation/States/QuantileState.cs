namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>A <see cref="QuantileSketch"/>: eight bytes in the cell, the address of its block in the heap.</summary>
internal sealed unsafe class QuantileState : AggregateState
{
    /// <summary>The only instance.</summary>
    public static readonly QuantileState Instance = new();

    /// <inheritdoc/>
    public override string Name => "quantile128";

    /// <inheritdoc/>
    public override int Bytes => sizeof(nint);

    /// <inheritdoc/>
    public override bool HasVariablePart => true;

    /// <inheritdoc/>
    public override void Init(byte* state) => *(SketchBlock**)state = null;

    /// <inheritdoc/>
    public override void Accumulate(in StateInput input, int offset)
    {
        for (int i = 0; i < input.Count; i++)
        {
            double value = input.Values[input.Rows[i]];
            if (!double.IsNaN(value))
            {
                SketchBlock** state = (SketchBlock**)(input.Cells[i] + offset);
                *state = QuantileSketch.Add(*state, value, input.Heap);
            }
        }
    }

    /// <inheritdoc/>
    public override void AccumulateRun(byte* state, double* values, long* times, int count, PartitionHeap heap)
    {
        SketchBlock* sketch = *(SketchBlock**)state;
        for (int i = 0; i < count; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                sketch = QuantileSketch.Add(sketch, values[i], heap);
            }
        }

        *(SketchBlock**)state = sketch;
    }

    /// <inheritdoc/>
    public override void Merge(byte* into, byte* from, PartitionHeap heap) =>
        *(SketchBlock**)into = QuantileSketch.Merge(*(SketchBlock**)into, *(SketchBlock**)from, heap);

    /// <inheritdoc/>
    public override void Write(byte* state, ByteSink sink) => QuantileSketch.Write(*(SketchBlock**)state, sink);

    /// <inheritdoc/>
    public override void Read(byte* state, ref ByteSource source, PartitionHeap heap) =>
        *(SketchBlock**)state = QuantileSketch.Read(ref source, heap);

    /// <inheritdoc/>
    public override void Release(byte* state, PartitionHeap heap)
    {
        QuantileSketch.Release(*(SketchBlock**)state, heap);
        *(SketchBlock**)state = null;
    }
}
