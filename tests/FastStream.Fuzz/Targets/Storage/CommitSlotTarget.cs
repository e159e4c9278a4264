using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>The two blocks of commits: the newest valid one wins, and nothing else is taken.</summary>
internal sealed class CommitSlotTarget : FuzzTarget
{
    public override string Name => "commit-slots";

    public override int Weight => 20;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        input.SetLength(CommitSlots.FileBytes);
        input.Written.Clear();
        for (int slot = 0; slot < CommitSlots.SlotCount; slot++)
        {
            CommitRecord record = new()
            {
                Magic = CommitRecord.MagicValue,
                Version = CommitRecord.CurrentVersion,
                Number = random.Skewed(1000),
                BeginAddress = (long)random.EdgeNumber(),
                UntilAddress = (long)random.EdgeNumber(),
                Incarnation = random.EdgeNumber(),
                EntrySequence = random.EdgeNumber(),
            };
            MemoryMarshal.Write(input.Written[(slot * CommitSlots.SlotBytes)..], record);
        }

        Seal(input.Written);
    }

    public override void Repair(FuzzRandom random, InputBuffer input) => Seal(input.Written);

    public override bool Run(ReadOnlySpan<byte> input)
    {
        CommitRecord found = CommitSlots.FindNewest(input, out int slot);
        CommitRecord other = default;
        for (int index = 0; index < CommitSlots.SlotCount && (index + 1) * CommitSlots.SlotBytes <= input.Length; index++)
        {
            CommitRecord alone = CommitSlots.FindNewest(input.Slice(index * CommitSlots.SlotBytes, CommitSlots.SlotBytes), out int only);
            other = only == 0 && (other.Magic == 0 || alone.Number > other.Number) ? alone : other;
        }

        Require((slot >= 0) == (other.Magic != 0), "a valid slot is not found");
        Require(slot < 0 || found.Number == other.Number, "an older commit is taken");
        return slot >= 0;
    }

    private static void Seal(Span<byte> file)
    {
        for (int at = 0; at + CommitSlots.SlotBytes <= file.Length; at += CommitSlots.SlotBytes)
        {
            Span<byte> slot = file.Slice(at, CommitSlots.SlotBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[^4..], Crc32C.Compute(slot[..^4]));
        }
    }
}
