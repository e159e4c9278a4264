using System.Runtime.InteropServices;
using FastStream.Engine.Journal;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>The 128 bytes before a log entry's payload.</summary>
internal sealed class EntryHeaderTarget : FuzzTarget
{
    private readonly byte[] _payload = new byte[256];

    public override string Name => "entry-header";

    public override int Weight => 60;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        EntryHeader header = new()
        {
            Kind = (EntryKind)random.Below(16),
            Flags = (ushort)random.Below(8),
            Incarnation = random.EdgeNumber(),
            EntrySequence = random.EdgeNumber(),
            StreamId = (uint)random.EdgeNumber(),
            ProducerId = (uint)random.EdgeNumber(),
            Epoch = random.EdgeNumber(),
            FrameSequence = random.EdgeNumber(),
            ArrivalNs = (long)random.EdgeNumber(),
            DurableAddressKnown = random.EdgeNumber(),
            SchemaId = (uint)random.EdgeNumber(),
            Detail = (uint)random.EdgeNumber(),
        };
        header.Seal(_payload.AsSpan(0, random.Below(256)));
        input.Append(header.AsBytes());
    }

    public override void Repair(FuzzRandom random, InputBuffer input)
    {
        if (input.Length >= EntryHeader.SizeBytes)
        {
            EntryHeader header = MemoryMarshal.Read<EntryHeader>(input.Written);
            header.SealHeader();
            header.AsBytes().CopyTo(input.Written);
        }
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < EntryHeader.SizeBytes)
        {
            return false;
        }

        EntryHeader header = MemoryMarshal.Read<EntryHeader>(input);
        if (header.Check() != EntryFault.None)
        {
            return false;
        }

        Require(
            header.Magic == EntryHeader.MagicValue && header.Version == EntryHeader.CurrentVersion
            && header.HeaderBytes == EntryHeader.SizeBytes, "a header of another make is taken");
        Require(header.AsBytes().SequenceEqual(input[..EntryHeader.SizeBytes]), "a header has other bytes when it is read");
        return true;
    }
}
