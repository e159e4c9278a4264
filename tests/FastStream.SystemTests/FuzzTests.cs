using System.Diagnostics;
using FastStream.Fuzz;
using FastStream.Fuzz.Targets;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// Goal: no input, however spoiled, makes a parser throw what it does not say, read beyond its bytes, hold on to memory or
/// take long. Method: tests/FastStream.Fuzz in a process of its own, which may die of what it finds.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);

    public static TheoryData<string> PlantedFaults => [.. CanaryTarget.Faults];

    [Fact]
    public void EveryInputThatOnceBrokeAParserIsHandled()
    {
        (int code, string text) = Run("--replay");
        Assert.True(code == 0, text);
        Assert.Contains("no findings", text, StringComparison.Ordinal);
    }

    [Fact]
    public void TenMillionSpoiledInputsBreakNoParser()
    {
        (int code, string text) = Run("--cases", "10000000", "--seed", "1");
        Assert.True(code == 0, text);
    }

    [Theory]
    [MemberData(nameof(PlantedFaults))]
    public void APlantedFaultIsFound(string fault)
    {
        if (fault == "over-read" && !OperatingSystem.IsLinux())
        {
            output.WriteLine("skipped: the guard behind the input is made on Linux only");
            return;
        }

        using TempFolder corpus = new();
        (int code, string text) = Run("--target", "canary-" + fault, "--cases", "5000", "--corpus", corpus.FullPath);
        Assert.True(code == 1, text);
        Assert.Contains("FINDING in canary-" + fault, text, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(corpus.PathOf("canary-" + fault), "*.bin"));
    }

    private (int Code, string Text) Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [typeof(FuzzTarget).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(s_patience), "the run does not end");
        output.WriteLine(text.Result);
        return (process.ExitCode, text.Result + errors.Result);
    }
}
