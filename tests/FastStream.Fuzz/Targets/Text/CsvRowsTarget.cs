using FastStream.Cli;
using FastStream.Cli.Sources;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>The two readers of CSV rows, that of files and that of pipes: the same rows of the same bytes.</summary>
internal sealed class CsvRowsTarget : TextTarget
{
    private const int MaxRows = 100_000;

    public override string Name => "csv-rows";

    public override IReadOnlyList<string> Words => RecordTexts.Words;

    public override int Weight => 8;

    public override bool Run(ReadOnlySpan<byte> input)
    {
        // UTF-16 is read from files only, since lines of a pipe are told by single bytes; and a byte order mark at the
        // start of a later line (files put together) is taken off in a pipe and is text in a file.
        if (input.IndexOf((ReadOnlySpan<byte>)[0xFE, 0xFF]) >= 0 || input.IndexOf((ReadOnlySpan<byte>)[0xFF, 0xFE]) >= 0
            || input.LastIndexOf(SourceHead.Utf8Bom) > 0)
        {
            return false;
        }

        byte[] bytes = input.ToArray();
        using CsvRowReader file = new(new MemoryStream(bytes), null, ',');
        using WaitingCsvRowReader pipe = new(new MemoryStream(bytes), null, ',');
        List<string>? rows = ReadAll(file);
        List<string>? waiting = ReadAll(pipe);
        Require((rows is null) == (waiting is null), "one reader refuses what the other takes");
        Require(rows is null || rows.SequenceEqual(waiting!), "a pipe gives other rows than a file");
        return rows is not null;
    }

    public override bool ValidInputsParse => false;

    public override long AllocationLimit(int inputBytes) => (4 << 20) + (2000L * inputBytes);

    protected override string Write(FuzzRandom random) => RecordTexts.Csv(random);

    protected override bool Parse(string text) => false;

    private static List<string>? ReadAll(IRowReader reader)
    {
        List<string> rows = [];
        try
        {
            while (reader.TryRead(out _))
            {
                Require(rows.Count < MaxRows, "more rows than the text can hold");
                rows.Add(string.Join('\u0001', Enumerable.Range(0, reader.CellCount).Select(i => reader.Cell(i).ToString())));
            }
        }
        catch (CommandFailure)
        {
            return null;
        }

        return rows;
    }
}
