using System.Text;
using FastStream.Cli;
using FastStream.Cli.Sources;
using FastStream.Protocol;

namespace FastStream.Tests.Cli;

/// <summary>Goal: what people's CSV files bring is read as they meant it, or refused by line. Method: small real files.</summary>
public sealed class CsvSourceTests : IDisposable
{
    private readonly SourceFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void AFileWithoutAnyOptionIsUnderstoodFromItsFirstRows()
    {
        string path = _folder.Write("trips.csv", "time,city,fare,note\n2024-05-01T10:00:00Z,Rome,12.5,\n2024-05-01,Oslo,-3,x\n");
        using RecordSource source = _folder.Open(new SourceOptions { Path = path });

        Assert.Equal(["city", "fare"], [source.Layout.Columns[source.Layout.KeyColumn], .. source.Layout.Fields.Select(f => f.Name)]);
        Assert.Equal(["Rome 2024-05-01T10:00:00Z 12.5", "Oslo 2024-05-01T00:00:00Z -3"], SourceFolder.ReadAll(source));
        Assert.Contains("time column \"time\": read as ISO 8601 (2024-05-01T10:00:00Z, ..)", source.Layout.Notes);
    }

    [Fact]
    public void ALogWithoutNumbersIsCountedByAFieldThatIsOne()
    {
        string path = _folder.Write("e.csv", "time,host,what\n2024-01-01,a,login\n2024-01-02,b,logout\n");

        Assert.Equal(["a 2024-01-01T00:00:00Z 1", "b 2024-01-02T00:00:00Z 1"], _folder.ReadAll(new SourceOptions { Path = path }));
    }

    [Theory]
    [InlineData(";", "\"")]
    [InlineData("\t", "tab")]
    [InlineData("|", "|")]
    public void TheDelimiterIsFoundAndSaid(string delimiter, string said)
    {
        string text = "time,key,v\n2024-01-01,a,1\n2024-01-02,b,2\n".Replace(",", delimiter, StringComparison.Ordinal);
        using RecordSource source = _folder.Open(new SourceOptions { Path = _folder.Write("d.csv", text) });

        Assert.Equal(["a 2024-01-01T00:00:00Z 1", "b 2024-01-02T00:00:00Z 2"], SourceFolder.ReadAll(source));
        Assert.Contains(source.Layout.Notes, note => note.StartsWith("delimiter", StringComparison.Ordinal) && note.Contains(said));
    }

    [Fact]
    public void ADecimalCommaIsReadWhenAskedForAndNamedWhenNot()
    {
        string path = _folder.Write("d.csv", "time;key;v\n2024-01-01;a;1,5\n2024-01-02;b;2,25\n");
        SourceOptions options = new() { Path = path, Fields = ["v"] };

        Assert.Equal(["a 2024-01-01T00:00:00Z 1.5", "b 2024-01-02T00:00:00Z 2.25"],
            _folder.ReadAll(options with { DecimalComma = true }));
        Assert.Empty(_folder.ReadAll(options));
        Assert.Equal("line 2: column \"v\": \"1,5\" has a decimal comma (--decimal-comma reads it) "
            + "(--absent TEXT lets a text stand for no value)", _folder.Shown[0]);
    }

    [Fact]
    public void QuotesLineBreaksCarriageReturnsBlankLinesAndAByteOrderMarkAreNoObstacle()
    {
        string text = "time,key,v\r\n\r\n2024-01-01,\"a,\r\n\"\"b\"\"\",1\r\n\r\n2024-01-02,ü,2\r\n2024-01-03,c,bad\r\n";
        string path = _folder.WriteBytes("q.csv", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]);
        SourceOptions options = new() { Path = path, Fields = ["v"] };

        Assert.Equal(["a,\r\n\"b\" 2024-01-01T00:00:00Z 1", "ü 2024-01-02T00:00:00Z 2"], _folder.ReadAll(options));
        Assert.StartsWith("line 7: column \"v\": \"bad\" is not a number", Assert.Single(_folder.Shown));
    }

    [Fact]
    public void ColumnsCanBeNamedByNumberWhenThereIsNoHeader()
    {
        string path = _folder.Write("n.csv", "7,1714557600,1.5,9\n8,1714557601,2.5,9\n");
        SourceOptions options = new()
        {
            Path = path, KeyColumn = "1", KeyKind = KeyKind.U64, TimeColumn = "2", Fields = ["delay=3"],
        };
        using RecordSource source = _folder.Open(options);

        Assert.Equal("delay", source.Layout.Fields[0].Name);
        Assert.Equal(["7 2024-05-01T10:00:00Z 1.5", "8 2024-05-01T10:00:01Z 2.5"], SourceFolder.ReadAll(source));
    }

    [Fact]
    public void AMissingCellIsAbsentAndAMissingKeyRefusesTheLine()
    {
        string path = _folder.Write("m.csv", "time,key,a,b\n2024-01-01,x,1,2\n2024-01-02,y\n2024-01-03,,1,1\n2024-01-04\n2024-01-05,z,NA,3\n");
        List<string> records = _folder.ReadAll(new SourceOptions { Path = path, Fields = ["a", "b"], AbsentTexts = ["NA"] });

        Assert.Equal(["x 2024-01-01T00:00:00Z 1 2", "y 2024-01-02T00:00:00Z NaN NaN", "z 2024-01-05T00:00:00Z NaN 3"], records);
        Assert.Equal(["line 4: key column \"key\" is empty",
            "line 5: key column \"key\" is empty: the line has 1 cells, this is number 2"], _folder.Shown);
    }

    [Theory]
    [InlineData("1e309", "is out of the range of a double")]
    [InlineData("(5)", "is not a number")]
    [InlineData("1.5x", "is not a number")]
    [InlineData("NaN", "is not a number")]
    [InlineData("\"1,234\"", "has a decimal comma")]
    [InlineData("0x10", "is not a number")]
    public void AValueThatIsNotWhollyANumberIsRefusedByLine(string value, string why)
    {
        string path = _folder.Write("v.csv", $"time,key,v\n2024-01-01,a,1\n2024-01-02,b,{value}\n");

        Assert.Single(_folder.ReadAll(new SourceOptions { Path = path, Fields = ["v"] }));
        Assert.StartsWith("line 3: column \"v\":", Assert.Single(_folder.Shown));
        Assert.Contains(why, _folder.Shown[0]);
    }

    [Fact]
    public void TooManyBadLinesEndTheRunAndOnlyTenAreShown()
    {
        string path = _folder.Write("b.csv", "time,key,v\n" + string.Concat(Enumerable.Repeat("2024-01-01,a,?\n", 30)));
        CommandFailure failure = Assert.Throws<CommandFailure>(
            () => _folder.ReadAll(new SourceOptions { Path = path, Fields = ["v"], MaxBadLines = 20 }));

        Assert.Equal(ExitCode.Failed, failure.Code);
        Assert.StartsWith("more than 20 unusable lines (the last is line 22)", failure.Message);
        Assert.Equal(BadLines.Shown + 1, _folder.Shown.Count);
    }

    [Fact]
    public void AColumnThatIsNotThereIsNamedTogetherWithThoseThatAre()
    {
        string path = _folder.Write("c.csv", "time,key,v\n2024-01-01,a,1\n");
        CommandFailure failure = Assert.Throws<CommandFailure>(
            () => _folder.Open(new SourceOptions { Path = path, KeyColumn = "city" }));

        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Equal("--key: c.csv has no column \"city\"; it has: time, key, v", failure.Message);
    }

    [Fact]
    public void AQuoteThatIsNeverClosedEndsTheRunInsteadOfSwallowingTheFile()
    {
        string rest = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"2024-01-01,a,{i}\n"));
        string path = _folder.Write("open.csv", "time,key,v\n2024-01-01,a,1\n2024-01-01,\"a,1\n" + rest);
        CommandFailure failure = Assert.Throws<CommandFailure>(
            () => _folder.ReadAll(new SourceOptions { Path = path, KeyColumn = "2", TimeColumn = "1", Fields = ["v"] }));

        Assert.Contains("from line 3 on", failure.Message);
    }

    [Fact]
    public void APackedFileIsUnpackedAndADamagedOneSaysSo()
    {
        string text = "time,key,v\n" + string.Concat(Enumerable.Range(0, 90_000).Select(i => $"2024-01-01,k{i},{i * 7919}\n"));
        string path = _folder.WritePacked("p.csv.gz", text);
        Assert.Equal(90_000, _folder.ReadAll(new SourceOptions { Path = path }).Count);

        byte[] bytes = File.ReadAllBytes(path);
        Array.Fill(bytes, (byte)0xFF, bytes.Length - 5000, 4000);
        string damaged = _folder.WriteBytes("q.csv.gz", bytes);
        CommandFailure failure = Assert.Throws<CommandFailure>(() => _folder.ReadAll(new SourceOptions { Path = damaged }));
        Assert.StartsWith("q.csv: damaged gzip after line", failure.Message);
    }

    [Fact]
    public void AFileThatIsMissingOrAFolderOrEmptyIsSaidInOneLine()
    {
        Assert.EndsWith("there is no such file", Assert.Throws<CommandFailure>(
            () => _folder.Open(new SourceOptions { Path = _folder.Path + "/none.csv" })).Message);
        Assert.EndsWith("it is a folder; name a file in it", Assert.Throws<CommandFailure>(
            () => _folder.Open(new SourceOptions { Path = _folder.Path })).Message);
        Assert.Contains("holds no row", Assert.Throws<CommandFailure>(
            () => _folder.Open(new SourceOptions { Path = _folder.Write("e.csv", "") })).Message);
    }

    [Fact]
    public void ALatinOneFileIsReadWhenItsCharacterSetIsNamed()
    {
        string path = _folder.WriteBytes("l.csv", Encoding.Latin1.GetBytes("time,key,v\n2024-01-01,Zürich,1\n"));

        Assert.Equal(["Zürich 2024-01-01T00:00:00Z 1"],
            _folder.ReadAll(new SourceOptions { Path = path, Encoding = Encoding.Latin1 }));
    }

    [Theory]
    [InlineData("a\"b\nc\"d\n")]
    [InlineData("x,\"a\"b,\"c\nd\"\ne,f\n")]
    [InlineData("a\"b,\"c\nd\",e\nf\n")]
    [InlineData("\"a\"\"\nb\",c\nd\n")]
    [InlineData("\"a\"b\"c\nd\"\ne\n")]
    [InlineData(" \"a\nb\"\n")]
    [InlineData("\uFEFF\"a\nb\",c\nd\n")]
    [InlineData("a\rb\n\"c\nd\"\n")]
    public void APipeGivesTheRowsOfAFile(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        using CsvRowReader file = new(new MemoryStream(bytes), null, ',');
        using WaitingCsvRowReader pipe = new(new MemoryStream(bytes), null, ',');
        Assert.Equal(Rows(file), Rows(pipe));
    }

    private static List<string> Rows(IRowReader reader)
    {
        List<string> rows = [];
        while (reader.TryRead(out _))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.CellCount).Select(i => reader.Cell(i).ToString())));
        }

        return rows;
    }
}
