using System.Diagnostics;
using System.Text.Json;
using FastStream.LoadBench.Goals;
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
    public async Task EachGoalIsALineOfJsonInAPipeAlsoWhereNothingWasMeasured()
    {
        (int exitCode, string output) = await RunAsync("--quick", "--only", "no such step");

        Assert.Equal(0, exitCode);
        JsonElement[] goals = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.True(goals.Length > 30, output);
        Assert.All(goals, goal => Assert.Equal("not measured", goal.GetProperty("verdict").GetString()));
        Assert.All(goals, goal => Assert.True(goal.GetProperty("machine").GetProperty("cores").GetInt32() > 0));
        Assert.Contains(goals, goal => goal.GetProperty("goal").GetString()!.StartsWith("loopback, journal off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AStepsFiguresAreALineOfJsonAndAChart()
    {
        using TempFolder folder = new();
        string charts = folder.PathOf("charts");
        (int exitCode, string output) = await RunAsync("--quick", "--only", "fsync-append", "--folder", folder.FullPath, "--charts", charts);

        Assert.Equal(0, exitCode);
        using JsonDocument line = JsonDocument.Parse(output.Split('\n')[0]);
        Assert.Equal("fsync-append", line.RootElement.GetProperty("measured").GetString());
        Assert.Equal(1, line.RootElement.GetProperty("round").GetInt32());
        Assert.NotEqual("", line.RootElement.GetProperty("commit").GetString());
        Assert.True(line.RootElement.GetProperty("figures").GetProperty("recordsPerSecond").GetDouble() > 0);
        Assert.Equal(["latency.svg", "layers.svg"], Directory.EnumerateFiles(charts).Select(Path.GetFileName).Order());
        Assert.All(Directory.EnumerateFiles(charts), file => Assert.Contains("<svg", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(8.0, 15.0, 20, "proud")]
    [InlineData(8.0, 15.0, 9, "pass")]
    [InlineData(8.0, 15.0, 7, "short")]
    [InlineData(8.0, 15.0, 1.2, "short")]
    [InlineData(1.0, 2.0, 1.4, "even")]
    [InlineData(1.0, 2.0, 0.7, "even")]
    [InlineData(1.0, 2.0, 0.6, "short")]
    [InlineData(null, null, 3, "shown")]
    public void AMarginBelowOneAndAHalfIsEven(double? floor, double? aim, double figure, string verdict)
    {
        Goal goal = new("ours against theirs", floor, aim, IsLowerBetter: false, "x", _ => figure) { IsPeer = true };
        Assert.Equal(verdict, goal.Judge(figure));
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
