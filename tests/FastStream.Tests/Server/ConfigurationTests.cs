using FastStream.Server;
using FastStream.Server.Configuration;
using FastStream.TestKit.Processes;
using Microsoft.Extensions.Logging;

namespace FastStream.Tests.Server;

/// <summary>Options from file, environment and flags: who wins, and that every fault is told at once.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutAnythingTheDefaultsHold()
    {
        ServerOptions options = Load(null);
        Assert.Equal((7070, 7071), (options.Frames.Port, options.HttpPort));
        Assert.Equal("./faststream-data", options.Engine.DataDirectory);
    }

    [Fact]
    public void FlagsWinOverTheEnvironmentAndThatOverTheFile()
    {
        ServerOptions options = Load(
            """
            {
              // comments are fine
              "data": "/tmp/a", "port": 1, "httpPort": 2, "partitions": 3,
              "limits": { "maxFrameBytes": 65536 },
              "snapshots": { "every": "90s" },
              "retention": { "journalAge": "7d", "resultsBytes": 1073741824 },
              "streams": { "flights": { "definition": "text (delay)", "views": { "v": "tumbling 1h by key: count" } } },
            }
            """,
            new() { ["FASTSTREAM_PORT"] = "11", ["FASTSTREAM_LIMITS__MAXFRAMEBYTES"] = "131072", ["PATH"] = "/bin" },
            new() { ["port"] = "21", ["logLevel"] = "debug" });
        Assert.Equal((21, 2, 3), (options.Frames.Port, options.HttpPort, options.Engine.Partitions));
        Assert.Equal(131_072, options.Engine.Limits.MaxFrameBytes);
        Assert.Equal(TimeSpan.FromSeconds(90), options.Engine.Snapshots.Every);
        Assert.Equal(TimeSpan.FromDays(7), options.Engine.JournalRetention.MaxAge);
        Assert.Equal(1L << 30, options.Engine.Results.Retention.MaxBytes);
        Assert.Equal(LogLevel.Debug, options.LogLevel);
        Assert.Equal(["flights"], options.Streams.Select(stream => stream.Name));
        Assert.Equal(["v"], options.Streams[0].DefaultViews.Select(view => view.Name));
    }

    [Theory]
    [InlineData("""{ "data": "\ud800" }""")]
    [InlineData("""{ "\udc00": 1 }""")]
    [InlineData("""{ "streams": { "s": "\ud800" } }""")]
    public void HalfACharacterIsAFaultAndNoException(string json)
    {
        ServerStartException refusal = Assert.Throws<ServerStartException>(() => Load(json));
        Assert.Contains("not Unicode", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFaultIsReportedAtOnceWithWhatToDo()
    {
        ServerStartException failure = Assert.Throws<ServerStartException>(() => Load(
            """
            {
              "prot": 7070, "httpPort": "many", "partitions": 99, "listen": "0.0.0.0",
              "connections": { "helloTimeout": "5 parsecs" },
              "streams": { "flights": { "definition": "u32 (delay)" } }
            }
            """));
        Assert.Equal(ServerStartFault.BadConfiguration, failure.Fault);
        Assert.Equal(6, failure.Lines.Count);
        Assert.Contains(failure.Lines, line => line.Contains("\"prot\"", StringComparison.Ordinal)
            && line.Contains("did you mean \"port\"", StringComparison.Ordinal));
        Assert.Contains(
            failure.Lines, line => line.Contains("\"many\": write a whole number", StringComparison.Ordinal));
        Assert.Contains(failure.Lines, line => line.Contains("Partitions 99", StringComparison.Ordinal));
        Assert.Contains(failure.Lines, line => line.Contains("0.0.0.0", StringComparison.Ordinal));
        Assert.Contains(failure.Lines, line => line.Contains("5 parsecs", StringComparison.Ordinal));
        Assert.Contains(failure.Lines, line => line.Contains("flights", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ \"port\": ", "not JSON")]
    [InlineData("[]", "no JSON object")]
    public void AFileThatIsNoConfigurationIsNamed(string content, string part)
    {
        ServerStartException failure = Assert.Throws<ServerStartException>(() => Load(content));
        Assert.Contains(part, Assert.Single(failure.Lines), StringComparison.Ordinal);
        Assert.Contains("faststream.json", failure.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThereIsNamed()
    {
        ConfigurationSources sources = new()
        {
            File = _folder.PathOf("nosuch.json"),
            Environment = new Dictionary<string, string>(),
        };
        ServerStartException failure = Assert.Throws<ServerStartException>(() => ServerOptions.Load(sources));
        Assert.Contains("nosuch.json", Assert.Single(failure.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void EverySettingIsKnownByOneNameAndTakesItsForm()
    {
        Assert.Equal(
            SettingCatalog.All.Count,
            SettingCatalog.All.Select(setting => setting.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (Setting setting in SettingCatalog.All.Where(setting => setting.Form != "text"))
        {
            Assert.Null(setting.Apply(new ServerOptions(), "?"));
        }
    }

    [Fact]
    public async Task ThePageListsEverySettingAndItsExampleIsSound()
    {
        string page = await File.ReadAllTextAsync(
            RepositoryFolder.PathOf("engine", "FastStream.Server", "CONFIGURATION.md"));
        IEnumerable<string> listed = page.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);
        Assert.Equal(SettingCatalog.All.Select(setting => setting.Name).Order(), listed.Order());

        string example = page.Split("```json\n")[1].Split("```")[0];
        Assert.Equal("by-origin", Assert.Single(Assert.Single(Load(example).Streams).DefaultViews).Name);
    }

    [Fact]
    public async Task ThePageTellsEachDefaultAsItIs()
    {
        string page = await File.ReadAllTextAsync(
            RepositoryFolder.PathOf("engine", "FastStream.Server", "CONFIGURATION.md"));
        ServerOptions usual = ServerOptions.Load(new ConfigurationSources
        {
            Environment = new Dictionary<string, string>(),
        });
        foreach (string line in page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Split('|').Select(cell => cell.Trim().Trim('`'))];
            (string name, string told) = (cells[1], cells[3]);
            if (told == "all")
            {
                continue; // no number stands for everything
            }

            // A default that is told wrongly would change the options when it is set.
            ServerOptions? set = SettingCatalog.All.Single(setting => setting.Name == name).Apply(usual, told);
            Assert.True(usual == set, $"{name} is not {told} by default");
        }
    }

    [Fact]
    public void LimitsAndLogMemoryThatCannotBeUsedAreToldWithTheRest()
    {
        ServerStartException failure = Assert.Throws<ServerStartException>(() => Load(
            """
            {
              "port": 70000,
              "limits": { "maxDictionaryIdsPerProducer": 0, "maxLayoutsPerStream": 0 },
              "logs": { "journalMemoryBytes": 5000000 }
            }
            """));
        Assert.Equal(ServerStartFault.BadConfiguration, failure.Fault);
        Assert.Equal(4, failure.Lines.Count);
        Assert.Contains(failure.Lines, line => line.Contains("JournalMemoryBytes 5000000", StringComparison.Ordinal));
        Assert.Contains(failure.Lines, line => line.Contains("MaxLayoutsPerStream 0", StringComparison.Ordinal));
        Assert.Contains(
            failure.Lines, line => line.Contains("MaxDictionaryIdsPerProducer 0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(32 << 20, 0)]
    [InlineData(16 << 20, 1)]
    [InlineData(33 << 20, 1)]
    [InlineData(-1, 1)]
    public void JournalMemoryIsAPowerOfTwoOfEightPagesOrMore(long memoryBytes, int faultCount)
    {
        FastStream.Engine.LogOptions logs = new() { JournalMemoryBytes = memoryBytes };
        Assert.Equal(faultCount, logs.FindFaults(new FastStream.Engine.EngineLimits()).Count());
    }

    private ServerOptions Load(
        string? file, Dictionary<string, string>? environment = null, Dictionary<string, string>? flags = null)
    {
        string path = _folder.PathOf("faststream.json");
        File.WriteAllText(path, file ?? "{}");
        return ServerOptions.Load(new ConfigurationSources
        {
            File = path,
            Environment = environment ?? [],
            Flags = flags ?? [],
        });
    }
}
