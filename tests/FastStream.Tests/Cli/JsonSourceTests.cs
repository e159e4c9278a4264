using FastStream.Cli;
using FastStream.Cli.Sources;

namespace FastStream.Tests.Cli;

/// <summary>Goal: JSON lines give the same records as CSV, and bad lines are named.</summary>
public sealed class JsonSourceTests : IDisposable
{
    private readonly SourceFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void ObjectsAreReadWhateverTheOrderOfTheirProperties()
    {
        string path = _folder.Write("j.jsonl",
            "{\"ts\":1714557600000,\"id\":\"é\\n\",\"v\":1.5,\"x\":{\"v\":3}}\n\n"
            + "{\"v\":null,\"id\":\"b\",\"ts\":1714557601000}\n{\"id\":\"c\",\"ts\":1714557602000,\"v\":\"7\"}");
        List<string> records = _folder.ReadAll(new SourceOptions { Path = path });

        Assert.Equal(["é\n 2024-05-01T10:00:00Z 1.5", "b 2024-05-01T10:00:01Z NaN", "c 2024-05-01T10:00:02Z 7"], records);
    }

    [Fact]
    public void UnusableLinesAreNamedAndPassedOver()
    {
        string path = _folder.Write("b.jsonl",
            "{\"time\":\"2024-01-01\",\"key\":\"a\",\"v\":1}\n{\"time\":\n[1]\n{\"time\":\"2024-01-02\",\"key\":\"a\",\"v\":true}\n"
            + "{\"time\":\"2024-01-03\",\"key\":\"a\",\"v\":2} x\n{\"time\":\"2024-01-04\",\"key\":\"a\",\"v\":{}}\n");

        Assert.Single(_folder.ReadAll(new SourceOptions { Path = path, Fields = ["v"] }));
        Assert.Equal(["line 2", "line 3", "line 4", "line 5", "line 6"], _folder.Shown.Select(s => s[..6]));
        Assert.Contains("\"true\" is not a number", _folder.Shown[2]);
        Assert.Contains("\"{...}\" is not a number", _folder.Shown[4]);
    }

    [Fact]
    public void AJsonArrayIsRefusedWithTheCommandThatHelps()
    {
        string path = _folder.Write("a.json", "[{\"time\":1}]");

        Assert.Contains("jq -c '.[]'", Assert.Throws<CommandFailure>(
            () => _folder.Open(new SourceOptions { Path = path })).Message);
    }

    [Fact]
    public void APropertyWhoseNameIsNoTextIsPassedOver()
    {
        byte[] line = [.. "{\"time\":\"2024-01-01\",\"key\":\"a\",\"v\":1}\n{\"x"u8, 0x80, .. "\":1,\"\\ud800\":2}\n"u8];
        Assert.Single(_folder.ReadAll(new SourceOptions { Path = _folder.WriteBytes("u.jsonl", line) }));
    }
}
