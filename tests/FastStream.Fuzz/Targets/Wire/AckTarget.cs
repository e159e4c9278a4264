using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>What a client hears of its frames.</summary>
internal sealed class AckTarget : MessageTarget
{
    private readonly RecordRefusal[] _refusals = new RecordRefusal[WireFormat.MaxRefusalsPerAck];

    public override string Name => "ack";

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        int count = random.OneIn(2) ? random.Below(65) : 0;
        for (int i = 0; i < count; i++)
        {
            _refusals[i] = new RecordRefusal(
                random.Next(), (uint)random.Below(65_536), (RefusalReason)random.Below(6), (ushort)random.Below(64));
        }

        ulong first = random.EdgeNumber();
        AckCounts counts = new() { Accepted = (long)random.EdgeNumber(), Late = random.Below(100), Duplicates = random.Below(9) };
        ServerFrameWriter.WriteAck(
            input, (AckLevel)random.Below(4), random.OneIn(4), first, Math.Max(first, random.EdgeNumber()), counts, _refusals.AsSpan(0, count));
    }

    protected override bool Parse(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind != FrameKind.Ack || AckReader.TryRead(payload, out AckReader ack) != FrameError.None)
        {
            return false;
        }

        Require(ack.RefusalCount <= WireFormat.MaxRefusalsPerAck && ack.FirstSequence <= ack.LastSequence, "an impossible ack");
        for (int i = 0; i < ack.RefusalCount; i++)
        {
            _refusals[i] = ack.Refusal(i);
        }

        ServerFrameWriter.WriteAck(
            Output, ack.Level, ack.IsDuplicate, ack.FirstSequence, ack.LastSequence, ack.Counts, _refusals.AsSpan(0, ack.RefusalCount));
        return true;
    }
}
