using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Snapshots;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>Payloads of control entries: stream, view, layout, end of a snapshot. The first byte says which.</summary>
internal sealed class ControlEntryTarget : FuzzTarget
{
    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("flights", "text (delay, distance) rules: required delay");

    public override string Name => "control-entry";

    public override int Weight => 20;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        byte kind = (byte)random.Below(4);
        input.Append([kind]);
        input.Append(kind switch
        {
            0 => ControlEntry.Stream(s_stream),
            1 => ControlEntry.View(ViewDefinition.DefaultFor(s_stream), random.Below(1000)),
            2 => ControlEntry.Layout([0, 1]),
            _ => new SnapshotInfo(random.Next(), 64, 128, 64, 3, 999).ToBytes(),
        });
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> payload = input[1..];
        try
        {
            byte[] again = Rewrite(input[0] & 3, payload);
            Require(Rewrite(input[0] & 3, again).AsSpan().SequenceEqual(again), "an entry is written as other bytes when it is read again");
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public override long AllocationLimit(int inputBytes) => (1 << 20) + (300L * inputBytes);

    private static byte[] Rewrite(int kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case 0:
                return ControlEntry.Stream(ControlEntry.ReadStream(payload));
            case 1:
                ViewEntry view = ControlEntry.ReadView("flights", 1, payload);
                return ControlEntry.View(view.Definition, view.FirstWindowStart);
            case 2:
                return ControlEntry.Layout(ControlEntry.ReadLayout(payload));
            default:
                return SnapshotInfo.Read(payload).ToBytes();
        }
    }
}
