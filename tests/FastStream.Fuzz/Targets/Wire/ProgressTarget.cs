using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Time and end frames.</summary>
internal sealed class ProgressTarget : MessageTarget
{
    private readonly byte[] _position = new byte[WireFormat.MaxPositionBytes];

    public override string Name => "time-end";

    public override int Weight => 20;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        Span<byte> position = _position.AsSpan(0, random.OneIn(2) ? random.Below(65) : 0);
        random.Fill(position);
        ulong sequence = Math.Max(1, random.EdgeNumber());
        if (random.OneIn(4))
        {
            ClientFrameWriter.WriteEnd(input, sequence, position);
        }
        else
        {
            ClientFrameWriter.WriteTime(input, sequence, (long)random.EdgeNumber(), position);
        }
    }

    protected override bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind is not (FrameKind.Time or FrameKind.End)
            || ProgressReader.TryRead(payload, out ProgressReader progress) != FrameError.None)
        {
            return false;
        }

        if (header.Kind == FrameKind.Time)
        {
            ClientFrameWriter.WriteTime(Output, header.Sequence, progress.EventTimeNs, progress.Position);
        }
        else if (progress.EventTimeNs == 0)
        {
            ClientFrameWriter.WriteEnd(Output, header.Sequence, progress.Position);
        }

        return true;
    }
}
