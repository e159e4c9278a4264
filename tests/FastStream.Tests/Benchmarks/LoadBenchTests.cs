using System.Diagnostics;
using System.Text.Json;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Benchmarks;

/// <summary>The load benchmark's cases run and find their results right; how fast they are is no test's business.</summary>
public sealed class LoadBenchTests
{
    [Theory]
    [InlineData("loopback-off")]
    [InlineData("loopback-durable-encoded")]
    [InlineData("ack-applied")]
    [InlineData("producer-calls-of-100")]
    [InlineData("memory-10k-keys")]
    public async Task ACaseChecksItsResultsAndPrintsItsFigures(string name)
    {
        using TempFolder folder = new();
        (int exitCode, string output) = await RunAsync("case", name, "0.2", folder.FullPath, "0");

        Assert.Equal(0, exitCode);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal(name, json.RootElement.GetProperty("case").GetString());
        Assert.All(json.RootElement.GetProperty("figures").EnumerateObject(), figure => Assert.True(double.IsFinite(figure.Value.GetDouble())));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public async Task EachGoalIsPrintedAlsoWhereNothingWasMeasured()
    {
        (int exitCode, string output) = await RunAsync("--quick", "--only", "no such step");

        Assert.Equal(0, exitCode);
        Assert.Contains("loopback, journal off", output, StringComparison.Ordinal);
        Assert.Contains("not measured", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string file = RepositoryFolder.PathOf("bench", "FastStream.LoadBench", "bin", configuration, "net10.0", "FastStream.LoadBench.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", file, .. arguments]) { RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        return (process.ExitCode, await output);
    }
}
