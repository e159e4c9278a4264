using System.Runtime.CompilerServices;
using FastStream.Engine.Partitions.Aggregation.Kernels;

namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>Number, sum, smallest and largest of the present values.</summary>
internal sealed unsafe class SummaryState : AggregateState
{
    /// <summary>The only instance.</summary>
    public static readonly SummaryState Instance = new();

    /// <inheritdoc/>
    public override string Name => "summary";

    /// <inheritdoc/>
    public override int Bytes => sizeof(Summary);

    /// <inheritdoc/>
    public override void Init(byte* state) => *(Summary*)state = Summary.Empty;

    /// <inheritdoc/>
    public override void Accumulate(in StateInput input, int offset) =>
        ValueLoop.Run<Update>(input, offset);

    /// <inheritdoc/>
    public override void AccumulateRun(byte* state, double* values, long* times, int count, PartitionHeap heap)
    {
        Summary run = LaneSummary.Reduce(values, count);
        Merge(state, (byte*)&run, heap);
    }

    /// <inheritdoc/>
    public override void Merge(byte* into, byte* from, PartitionHeap heap)
    {
        Summary* target = (Summary*)into;
        Summary* source = (Summary*)from;
        target->Count += source->Count;
        target->Sum += source->Sum;
        target->Min = double.MinNative(target->Min, source->Min);
        target->Max = double.MaxNative(target->Max, source->Max);
    }

    private readonly struct Update : IValueUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(byte* state, double value)
        {
            Summary* summary = (Summary*)state;
            summary->Count++;
            summary->Sum += value;
            // Which zero wins among +0 and -0 differs by machine; results show +0 for both.
            summary->Min = double.MinNative(summary->Min, value);
            summary->Max = double.MaxNative(summary->Max, value);
        }
    }
}
