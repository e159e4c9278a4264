using FastStream.Cli;
using FastStream.Cli.Sources;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>
/// A file for <c>send</c> from end to end: inference, rows, keys, times, numbers. Its first byte chooses options. Reading it
/// again from a position gives the rest of the same records.
/// </summary>
internal sealed class RecordFileTarget(bool isJson) : TextTarget
{
    private const int MaxRecords = 10_000;

    private readonly TempFolder _folder = new();

    public override string Name => isJson ? "json-lines-file" : "csv-file";

    public override int Weight => 1;

    public override IReadOnlyList<string> Words => RecordTexts.Words;

    public override bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return false;
        }

        string path = _folder.PathOf(isJson ? "f.jsonl" : "f.csv");
        File.WriteAllBytes(path, input[1..]);
        SourceOptions options = new()
        {
            Path = path,
            KeyKind = (input[0] & 1) != 0 ? KeyKind.U64 : KeyKind.Text,
            DecimalComma = (input[0] & 2) != 0,
            HasHeader = (input[0] & 4) != 0 ? true : null,
            KeyText = (input[0] & 1) != 0 ? "7" : null,
            TimeFormat = (input[0] & 8) != 0 ? "unix-ms" : null,
            AbsentTexts = (input[0] & 16) != 0 ? ["NA"] : [],
            MaxBadLines = 100,
        };
        try
        {
            (long rows, SourcePosition position) = ReadAll(options, null);
            (long none, _) = ReadAll(options, position);
            Require(none == rows, "a source that was read to its end has more rows when it is read again");
            return true;
        }
        catch (CommandFailure refusal)
        {
            Require(refusal.Message.Length > 0, "a refusal without a reason");
            return false;
        }
    }

    public override long AllocationLimit(int inputBytes) => (4 << 20) + (2000L * inputBytes);

    public override bool ValidInputsParse => false; // the options need not fit the file

    protected override string Write(FuzzRandom random) =>
        (random.OneIn(3) ? "" + (char)random.Below(32) : "\0") + (isJson ? RecordTexts.Json(random) : RecordTexts.Csv(random));

    protected override bool Parse(string text) => false;

    protected override void Release() => _folder.Dispose();

    private static (long Rows, SourcePosition Position) ReadAll(SourceOptions options, SourcePosition? from)
    {
        using RecordSource source = RecordSource.Open(options, static _ => { }, CancellationToken.None);
        if (from is SourcePosition position)
        {
            source.GoTo(position);
        }

        SourceRecord record = new(source.Layout.Fields.Count);
        int records = 0;
        while (source.TryRead(record))
        {
            Require(++records <= MaxRecords, "more records than the file can hold");
            Require(Array.TrueForAll(record.Values, value => double.IsNaN(value) || double.IsFinite(value)), "an infinite value");
        }

        return (source.Rows, source.Position);
    }
}
