using System.Text.Json.Nodes;
using FastStream.Cli;
using FastStream.Engine.Journal;
using FastStream.Tests.Journal;

namespace FastStream.Tests.Cli;

/// <summary>Goal: verify says sound or damaged, where, and with which exit code. Method: a small folder, hurt on purpose.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly SourceFolder _folder = new();

    public VerifyTests()
    {
        using DataFolder data = Open();
        LogImage.Append(data.Journal, "first");
        LogImage.Append(data.Journal, "second");
    }

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task ASoundFolderIsZero()
    {
        (int code, string output, string error) = await RunAsync(Data);

        Assert.Equal((0, ""), (code, error));
        Assert.All(output.Trim().Split('\n'), line => Assert.True((bool)JsonNode.Parse(line)!["sound"]!));
    }

    [Fact]
    public async Task AFlippedBitIsThreeWithFileAndOffset()
    {
        string segment = Directory.EnumerateFiles(Path.Combine(Data, "journal")).Single(f => ContainsText(f, "second"));
        byte[] bytes = File.ReadAllBytes(segment);
        int offset = bytes.AsSpan().IndexOf("second"u8);
        bytes[offset] ^= 1;
        File.WriteAllBytes(segment, bytes);
        (int code, _, string error) = await RunAsync(Data);

        Assert.Equal(3, code);
        Assert.Contains($"faststream: damaged: journal: {segment} at byte ", error);
    }

    [Fact]
    public async Task AFolderInUseIsSevenAndOneOfAnotherVersionEightAndNoneAtAllOne()
    {
        using (Open())
        {
            (int inUse, _, string error) = await RunAsync(Data);
            Assert.Equal(7, inUse);
            Assert.Contains("in use", error);
        }

        string manifest = DataFolder.ManifestPath(Data);
        string json = File.ReadAllLines(manifest)[0].Replace("Version\":1", "Version\":7", StringComparison.Ordinal);
        File.WriteAllText(manifest, $"{json}\n{LogManifest.Checksum(json)}\n");
        (int other, _, string line) = await RunAsync(Data);
        Assert.Equal(8, other);
        Assert.StartsWith("faststream: ", line, StringComparison.Ordinal);
        Assert.Contains("has format version 7; this program reads and writes version 1", line, StringComparison.Ordinal);
        using StringWriter refused = new();
        string[] serve = ["serve", "--data", Data, "--port", "0", "--http", "0", "--allow-volatile"];
        Assert.Equal(8, await CommandLine.RunAsync(serve, TextWriter.Null, refused));
        Assert.Contains("has format version 7", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(_folder.Path + "/none")).Code);
    }

    private DataFolder Open()
    {
        return DataFolder.Open(Data, new DataFolderSettings
        {
            Journal = LogImage.Tiny, Results = LogImage.Tiny, State = LogImage.Tiny, AllowVolatile = true,
        });
    }

    private static bool ContainsText(string file, string text)
    {
        return File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string folder)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.RunAsync(["verify", folder, "--json"], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
