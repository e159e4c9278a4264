namespace FastStream.Tests.Cli;

/// <summary>
/// Goal: what people usually get wrong ends with one line on stderr (what, which value, what to do) and its exit code.
/// (No such column, unparsable time, seconds taken for nanoseconds and a full disk stand with the readers and with
/// generate.)
/// </summary>
public sealed class UsualMistakesTests : IAsyncLifetime
{
    private ToolServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ToolServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task APortThatIsTaken()
    {
        using SourceFolder folder = new();
        await AssertAsync(6, "is taken by another program", "serve", "--data", folder.Path + "/d", "--port", "PORT", "--http", "0", "--allow-volatile");
        await AssertAsync(6, "is taken by another program", "serve", "--data", folder.Path + "/d", "--port", "0", "--http", "HTTP", "--allow-volatile");
    }

    [Fact]
    public async Task AFolderInUse()
    {
        foreach (string command in (string[])["verify", "digest"])
        {
            await AssertAsync(7, "is in use by process", command, "DATA");
        }

        await AssertAsync(7, "is in use by process", "serve", "--data", "DATA", "--port", "0", "--http", "0", "--allow-volatile");
    }

    [Fact]
    public async Task AFolderForAServerThatKeepsNothing()
    {
        await AssertAsync(2, "--ephemeral keeps nothing, and --data \"d\"", "serve", "--ephemeral", "--data", "d", "--port", "0", "--http", "0");
    }

    [Fact]
    public async Task AnAddressThatOthersReach()
    {
        using SourceFolder folder = new();
        await AssertAsync(4, "can be reached by other machines", "serve", "--data", folder.Path + "/d", "--listen", "0.0.0.0", "--port", "0", "--http", "0");
    }

    [Fact]
    public async Task AStreamOrViewThatIsNotThere()
    {
        Assert.Equal(0, (await _server.RunAsync("stream", "add", "s", "u64 (v)", "--http", "HTTP")).Code);
        await AssertAsync(1, "stream \"none\" does not exist", "query", "windows", "--stream", "none", "--view", "v", "--http", "HTTP");
        await AssertAsync(1, "has no view \"none\"", "query", "windows", "--stream", "s", "--view", "none", "--http", "HTTP");
        await AssertAsync(1, "stream \"none\" does not exist", "view", "add", "none", "v", "tumbling 1h by key: count", "--http", "HTTP");
        await AssertAsync(1, "has no view \"none\"", "view", "drop", "s", "none", "--http", "HTTP");
        await AssertAsync(1, "stream \"none\" does not exist", "advance", "--stream", "none", "--http", "HTTP");
    }

    [Fact]
    public async Task ADefinitionWithAMisspeltWord()
    {
        Assert.Equal(0, (await _server.RunAsync("stream", "add", "s", "u64 (v)", "--http", "HTTP")).Code);
        await AssertAsync(1, "tumblin", "view", "add", "s", "v", "tumblin 1h by key: count", "--http", "HTTP");
        await AssertAsync(1, "median", "view", "add", "s", "v", "tumbling 1h by key: median(v)", "--http", "HTTP");
    }

    [Fact]
    public async Task TheFramePortTakenForTheHttpPortAndTheOtherWayRound()
    {
        await AssertAsync(1, "answers, but not HTTP", "query", "ledger", "--http", "PORT");
        await AssertAsync(1, "is no FastStream frame port", "generate", "--stream", "s", "--frames", "1", "--records", "1", "--port", "HTTP");
    }

    [Fact]
    public async Task AConfigurationWithFaultsListsAllOfThem()
    {
        using SourceFolder folder = new();
        string file = folder.Write("c.json", "{\"partitons\":2,\"httpPort\":99999}");
        (int code, _, string error) = await _server.RunAsync("serve", "--config", file, "--data", folder.Path + "/d");

        Assert.Equal(4, code);
        Assert.Contains("partitons", error);
        Assert.Contains("99999", error.Replace(",", "", StringComparison.Ordinal));
        Assert.All(error.Split('\n'), line => Assert.StartsWith("faststream: ", line));
    }

    private async Task AssertAsync(int expected, string part, params string[] args)
    {
        (int code, _, string error) = await _server.RunAsync(args);

        Assert.True(code == expected, $"{string.Join(' ', args)} ended with {code}: {error}");
        string line = Assert.Single(error.Split('\n'));
        Assert.StartsWith("faststream: ", line);
        Assert.Contains(part, line);
    }
}
