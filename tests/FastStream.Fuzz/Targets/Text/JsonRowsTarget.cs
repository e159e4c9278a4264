using FastStream.Cli;
using FastStream.Cli.Sources;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>Rows of JSON lines, and the names that their columns get.</summary>
internal sealed class JsonRowsTarget : TextTarget
{
    /// <summary>Inference looks at so many lines, and a run ends at some bad ones; each costs an exception.</summary>
    private const int MaxBadLines = 100;

    private static readonly string[] s_columns = ["time", "key", "delay"];

    public override string Name => "json-rows";

    public override int Weight => 5;

    public override IReadOnlyList<string> Words => RecordTexts.Words;

    public override bool Run(ReadOnlySpan<byte> input)
    {
        List<string> names = [];
        byte[] bytes = input.ToArray();
        using (LineReader lines = new(new MemoryStream(bytes)))
        {
            while (lines.Line < MaxBadLines && lines.TryRead(out ReadOnlyMemory<byte> line))
            {
                JsonRowReader.TryCollectNames(line.Span, names);
            }
        }

        using JsonRowReader reader = new(new MemoryStream(bytes), s_columns);
        bool isTaken = false;
        try
        {
            for (int badLines = 0; badLines < MaxBadLines && reader.TryRead(out string? problem);)
            {
                badLines += problem is null ? 0 : 1;
                isTaken |= problem is null;
                for (int i = 0; i < reader.CellCount && problem is null; i++)
                {
                    Require(reader.Cell(i).Length <= input.Length, "a cell longer than its file");
                }
            }
        }
        catch (CommandFailure)
        {
            return false;
        }

        return isTaken;
    }

    public override long AllocationLimit(int inputBytes) => (2 << 20) + (600L * inputBytes);

    protected override string Write(FuzzRandom random) => RecordTexts.Json(random);

    protected override bool Parse(string text) => false;
}
