using System.Runtime.InteropServices;
using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Engine.Results;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>An entry of the results log, header and payload, and the copy that a subscriber gets of it.</summary>
internal sealed class ResultEntryTarget : FuzzTarget
{
    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x)");

    private readonly ResultsView[] _views = [.. Enumerable.Range(0, 4).Select(CreateView)];
    private readonly ResultEntry _entry = new();
    private readonly ulong[] _keys = new ulong[ResultEntryLayout.RowLimit];
    private readonly long[] _counts = new long[ResultEntryLayout.RowLimit];
    private readonly double[] _values = new double[ResultEntryLayout.RowLimit * 4];
    private byte[] _scratch = [];

    public override string Name => "result-entry";

    public override int Weight => 40;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        int rows = 1 + random.Skewed(ResultEntryLayout.RowLimit - 1);
        int valueCount = random.Between(1, 4);
        bool isPlain = random.OneIn(2);
        for (int i = 0; i < rows; i++)
        {
            _keys[i] = isPlain ? (ulong)i : random.Next();
            _counts[i] = isPlain ? 3 : (long)random.EdgeNumber();
        }

        for (int i = 0; i < rows * valueCount; i++)
        {
            _values[i] = isPlain ? 1.5 : BitConverter.UInt64BitsToDouble(random.Next());
        }

        _entry.Begin(new ClosedWindow(64, 1, 1, 0, 3_600_000_000_000, 0), valueCount, 0, isFirst: true);
        _entry.Add(_keys.AsSpan(0, rows), _counts.AsSpan(0, rows), _values.AsSpan(0, rows * valueCount));
        _entry.Seal(isLast: true);
        ReadOnlySpan<byte> payload = _entry.Encode(1, out EntryHeader header);
        input.Append(header.AsBytes());
        input.Append(payload);
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < EntryHeader.SizeBytes)
        {
            return false;
        }

        EntryHeader header = MemoryMarshal.Read<EntryHeader>(input);
        if (!ResultRows.TryOpen(in header, input[EntryHeader.SizeBytes..], ref _scratch, out ResultRows rows))
        {
            return false;
        }

        Require(rows.Raw.Length <= ResultEntryLayout.MaxRawBytes, "more raw bytes than an entry may have");
        Require(rows.Keys.Length == rows.RowCount && rows.Counts.Length == rows.RowCount, "columns of another length");
        ResultsView view = _views[Math.Clamp(rows.ValueCount, 1, 4) - 1];
        WindowResultPiece piece;
        try
        {
            piece = WindowResultPiece.Copy(view, in rows, (int)header.SchemaId, 64, 128);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        WindowResult last = new(piece, rows.RowCount - 1);
        Require(last.Values.Length == view.ValueNames.Length, "a row of another width than its view");
        Require(last.Count == rows.Counts[^1] && last.Key == rows.Keys[^1], "a row has other values than its entry");
        return true;
    }

    public override long AllocationLimit(int inputBytes) => 4096 + (4 * ResultEntryLayout.MaxRawBytes);

    private static ResultsView CreateView(int extra)
    {
        string[] aggregates = ["count", "sum(x)", "min(x)", "max(x)"];
        ViewDefinition view = ViewDefinition.Parse("s", "v", $"tumbling 1h by key: {string.Join(", ", aggregates.Take(extra + 1))}");
        return new ResultsView(1, s_stream, view with { Id = 1 }, nameOf: null);
    }
}
