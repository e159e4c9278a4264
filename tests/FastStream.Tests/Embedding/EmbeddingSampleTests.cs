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
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Embedding.dll"), Path.Combine(folder.FullPath, "data") },
            RedirectStandardOutput = true,
        };
        using Process sample = Process.Start(start)!;
        Task<string> output = sample.StandardOutput.ReadToEndAsync();
        await sample.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, sample.ExitCode);
        Assert.Contains("ATL: 2 flights, mean delay 26, longest 40 minutes", await output);
        Assert.Contains("ORD: 1 flights, mean delay -3, longest -3 minutes", await output);
    }
}
