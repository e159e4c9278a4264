using FastStream.Engine.Journal;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>The scan over damaged pages: every entry it passes is whole and follows the one before, or it names damage.</summary>
internal sealed class LogPageTarget : FuzzTarget
{
    private const int PageBytes = 16 << 10;
    private const int ImageBytes = 2 * PageBytes;

    private readonly ByteFiles _files = new();
    private readonly LogGeometry _geometry;
    private readonly EntryImage _image = new();

    public LogPageTarget() => _geometry = new LogGeometry("journal", "/journal", PageBytes, ImageBytes) { Files = _files };

    public override string Name => "log-page";

    public override int Weight => 10;

    public override void Generate(FuzzRandom random, InputBuffer input) => _image.Make(random, input, _geometry, ImageBytes);

    public override void Repair(FuzzRandom random, InputBuffer input) => EntryImage.Repair(random, input.Written);

    public override bool Run(ReadOnlySpan<byte> input)
    {
        input = input[..Math.Min(input.Length, ImageBytes)];
        _files.Set(_geometry.SegmentPath(0), input);
        try
        {
            bool isWhole = Scan(input);
            ReadAnywhere(input.Length);
            return isWhole;
        }
        catch (JournalDamagedException damage)
        {
            Require(damage.OffsetBytes >= 0 && damage.OffsetBytes <= ImageBytes, "damage is named outside the file");
            ReadAnywhere(input.Length);
            return false;
        }
    }

    public override long AllocationLimit(int inputBytes) => 64 << 10;

    public override bool ValidInputsParse => false; // nobody says where the entries end: zeros behind them are damage

    private bool Scan(ReadOnlySpan<byte> input)
    {
        ulong sequence = 0;
        using EntryScanner scanner = new(_geometry, direct: false, LogGeometry.FirstAddress, input.Length);
        while (scanner.MoveNextOfAnyKind(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            Require(sequence == 0 || header.EntrySequence == sequence + 1, "the scan passes over an entry");
            sequence = header.EntrySequence;
            int at = (int)address + LogGeometry.LeastEntryBytes;
            Require(payload.Length == header.PayloadBytes && at + payload.Length <= input.Length, "an entry beyond the file");
            Require(payload.SequenceEqual(input.Slice(at, payload.Length)), "an entry has other bytes than the file");
        }

        return scanner.PassedCount > 0;
    }

    private void ReadAnywhere(int length)
    {
        using EntryReader reader = new(_geometry, direct: false, EntryReader.RandomBytes);
        for (long address = LogGeometry.FirstAddress; address < length; address += (length / 64 * 4) + 4)
        {
            if (reader.Read(address, length, out EntryHeader header, out ReadOnlySpan<byte> payload, out long end) == EntryFault.None)
            {
                Require(payload.Length == header.PayloadBytes && end <= length, "an entry beyond the limit");
            }
        }
    }
}
