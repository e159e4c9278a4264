using System.Diagnostics;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Embedding;

/// <summary>The sample that the README shows is short, runs, and prints what it says.</summary>
public sealed class EmbeddingSampleTests
{
    [Fact]
    public async Task TheSampleRunsAndPrintsItsWindows()
    {
        using TempFolder folder = new();
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { SampleFile(), folder.PathOf("data") },
            RedirectStandardOutput = true,
        };
        using Process sample = Process.Start(start)!;
        Task<string> output = sample.StandardOutput.ReadToEndAsync();
        await sample.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, sample.ExitCode);
        Assert.Contains("00:00 room 1: 2 readings, mean 21 C", await output);
        Assert.Contains("00:01 room 1: 1 readings, mean 23 C", await output);
    }

    [Fact]
    public void TheReadmeShowsTheSampleWordForWord() => Assert.Contains(
        File.ReadAllText(RepositoryFolder.PathOf("tools", "samples", "Embedding", "Program.cs")),
        File.ReadAllText(RepositoryFolder.PathOf("README.md")),
        StringComparison.Ordinal);

    [Fact]
    public void TheSampleIsTwentyLinesAtMost()
    {
        Assert.InRange(File.ReadAllLines(RepositoryFolder.PathOf("tools", "samples", "Embedding", "Program.cs")).Length, 1, 20);
    }

    /// <summary>In its own output folder: there it runs with what its own project brings, as for a user.</summary>
    private static string SampleFile()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return RepositoryFolder.PathOf("tools", "samples", "Embedding", "bin", configuration, "net10.0", "Embedding.dll");
    }
}
