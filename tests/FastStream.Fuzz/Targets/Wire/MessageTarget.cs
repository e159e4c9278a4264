using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>
/// One kind of frame without columns: what its reader takes, its writer writes again, byte for byte.
/// </summary>
internal abstract class MessageTarget : FuzzTarget
{
    public override int Weight => 30;

    /// <summary>Where a frame is written again.</summary>
    protected InputBuffer Output { get; } = new();

    public override void Repair(FuzzRandom random, InputBuffer input) => FrameRepair.Run(random, input);

    public override long AllocationLimit(int inputBytes) => 2048 + (24L * inputBytes);

    public sealed override bool Run(ReadOnlySpan<byte> input)
    {
        if (FrameReader.TryReadWhole(input, FrameLimits.Default, out FrameHeader header) != FrameError.None
            || header.IsCompressed)
        {
            return false;
        }

        Output.Clear();
        if (!Parse(header, input.Slice(WireFormat.HeaderBytes, header.PayloadBytes)))
        {
            return false;
        }

        Require(Output.Length == 0 || Output.Written.SequenceEqual(input), "what was read is written as other bytes");
        return true;
    }

    /// <summary>Reads the payload and, where a writer exists for it, writes the frame again to the output.</summary>
    protected abstract bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload);
}
