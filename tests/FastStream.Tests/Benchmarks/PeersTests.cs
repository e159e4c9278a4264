using System.Diagnostics;
using System.Text.Json;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Benchmarks;

/// <summary>What of the peers runs anywhere; servers are neither installed nor started by tests.</summary>
public sealed class PeersTests
{
    private const int Usage = 2;

    [Fact]
    public async Task TheListSaysOfEachCaseWhetherItCanRunHereOrWhyNot()
    {
        (int exitCode, string output) = await RunAsync("list", "--json");

        Assert.Equal(0, exitCode);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement[] cases = [.. json.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.NotEmpty(cases);
        Assert.All(cases, one => Assert.NotEqual(
            one.GetProperty("canRun").GetBoolean(), one.GetProperty("whyNot").GetString()!.Length > 0));
    }

    [Theory]
    [InlineData("dictionary")]
    [InlineData("open-addressing")]
    [InlineData("channel-4096")]
    [InlineData("faster-rmw")]
    public async Task APeerInProcessIsCheckedAndReportedInOneLine(string name)
    {
        (int exitCode, string output) = await RunAsync(
            "run", "--case", name, "--seconds", "0.2", "--records-per-batch", "500", "--keys", "100", "--json");

        Assert.Equal(0, exitCode);
        string line = Assert.Single(output.TrimEnd().Split('\n'));
        using JsonDocument json = JsonDocument.Parse(line);
        Assert.Equal((1, name), (json.RootElement.GetProperty("schema").GetInt32(), json.RootElement.GetProperty("case").GetString()));
        Assert.Equal(("memory", "aggregates"), (json.RootElement.GetProperty("durability").GetString(), json.RootElement.GetProperty("work").GetString()));
        Assert.True(json.RootElement.GetProperty("checked").GetBoolean());
        Assert.True(json.RootElement.GetProperty("records").GetInt64() > 0);
        Assert.True(json.RootElement.GetProperty("ackP50Us").GetDouble() <= json.RootElement.GetProperty("ackMaxUs").GetDouble());
    }

    [Fact]
    public async Task AnOptionThatIsNotUnderstoodIsAUsageError()
    {
        (int exitCode, string output) = await RunAsync("run", "--case", "no-such-peer");

        Assert.Equal((Usage, ""), (exitCode, output));
    }

    /// <summary>In its own output folder: the peers' clients stay out of the tests' dependencies.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string file = RepositoryFolder.PathOf("bench", "peers", "bin", configuration, "net10.0", "FastStream.Peers.dll");
        ProcessStartInfo start = new("dotnet", [file, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        await errors;
        return (process.ExitCode, await output);
    }
}
