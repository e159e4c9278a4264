using System.Diagnostics;
using System.Text.Json;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Benchmarks;

/// <summary>Every benchmark runs a few times, so that none rots; each compares its results with its rivals' first.</summary>
public sealed class QuickBenchmarkTests
{
    [Fact]
    public async Task EveryBenchmarkRunsAndAgreesWithItsRivals()
    {
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { BenchmarkFile(), "--quick", "--tiny" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));

        Assert.True(process.ExitCode == 0, await errors);
        string last = (await output).TrimEnd().Split('\n')[^1];
        using JsonDocument json = JsonDocument.Parse(last);
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        string[] groups = [.. json.RootElement.GetProperty("results").EnumerateArray()
            .Select(result => result.GetProperty("group").GetString()!.Split(' ')[0].TrimEnd(':'))
            .Distinct()];
        Assert.Equal(["parse", "checksum", "index", "aggregate", "journal"], groups);
    }

    /// <summary>In its own output folder: BenchmarkDotNet stays out of the tests' dependencies.</summary>
    private static string BenchmarkFile()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return RepositoryFolder.PathOf(
            "bench", "FastStream.Microbenchmarks", "bin", configuration, "net10.0", "FastStream.Microbenchmarks.dll");
    }
}
