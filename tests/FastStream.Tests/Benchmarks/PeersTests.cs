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
