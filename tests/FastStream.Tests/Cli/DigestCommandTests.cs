using FastStream.Cli;
using FastStream.Engine;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Cli;

/// <summary>Goal: the digest of a folder on the command line is the engine's, and a wrong folder is refused by name.</summary>
public sealed class DigestCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheDigestOfAFolderIsTheOneThatTheEngineHad()
    {
        string data = _folder.PathOf("data");
        string dump = _folder.PathOf("dump.txt");
        string expected;
        using (IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { DataDirectory = data, AllowVolatile = true }))
        {
            engine.Stream("s", "u64 (value)").View("1s", "tumbling 1s by key: count");
            expected = await engine.DigestAsync();
            (int inUse, _, string error) = await RunAsync("digest", data);
            Assert.Equal(7, inUse);
            Assert.Contains("in use", error);
        }

        Assert.Equal((0, expected, ""), await RunAsync("digest", data, "--dump", dump));
        Assert.Contains("stream s ", File.ReadAllText(dump));
    }

    [Fact]
    public async Task AMistypedFolderIsRefusedAndNotCreated()
    {
        string data = _folder.PathOf("dtaa");
        (int code, _, string error) = await RunAsync("digest", data);

        Assert.Equal(1, code);
        Assert.StartsWith($"faststream: {data} is no FastStream data folder", error);
        Assert.False(Directory.Exists(data));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString().Trim(), error.ToString().Trim());
    }
}
