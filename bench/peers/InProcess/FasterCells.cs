using FASTER.core;

namespace FastStream.Peers.InProcess;

/// <summary>How FASTER brings a value into a cell: first, in place, or into a copy.</summary>
internal sealed class FasterCells : FunctionsBase<ulong, WindowCell, double, WindowCell, Empty>
{
    public override bool InitialUpdater(
        ref ulong key, ref double input, ref WindowCell value, ref WindowCell output, ref RMWInfo rmwInfo)
    {
        value = default;
        value.Add(input);
        return true;
    }

    public override bool InPlaceUpdater(
        ref ulong key, ref double input, ref WindowCell value, ref WindowCell output, ref RMWInfo rmwInfo)
    {
        value.Add(input);
        return true;
    }

    public override bool CopyUpdater(
        ref ulong key, ref double input, ref WindowCell oldValue, ref WindowCell newValue, ref WindowCell output, ref RMWInfo rmwInfo)
    {
        newValue = oldValue;
        newValue.Add(input);
        return true;
    }

    public override bool SingleReader(
        ref ulong key, ref double input, ref WindowCell value, ref WindowCell output, ref ReadInfo readInfo)
    {
        output = value;
        return true;
    }

    public override bool ConcurrentReader(
        ref ulong key, ref double input, ref WindowCell value, ref WindowCell output, ref ReadInfo readInfo)
    {
        output = value;
        return true;
    }
}
