using System.Diagnostics;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// The same bits on every machine: kernels, codecs, aggregation and oracle tests, which hold golden digests, run again
/// with wide vectors switched off, with 256-bit ones off, and with no hardware intrinsics at all.
/// </summary>
public sealed class InstructionModeTests(ITestOutputHelper output)
{
    // The fourth mode, as is, is the ordinary run of the same tests.
    private const string Tests =
        "FullyQualifiedName~FastStream.Tests.Protocol"
        + "|FullyQualifiedName~FastStream.Tests.Partitions"
        + "|FullyQualifiedName~FastStream.Tests.Formulas"
        + "|FullyQualifiedName~FastStream.Tests.Embedding.DigestTests"
        + "|FullyQualifiedName~FastStream.Tests.Embedding.GoldenDigestTests";

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task KernelsAndDigestsHoldWithout(string switchedOff)
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string tests = RepositoryFolder.PathOf(
            "tests", "FastStream.Tests", "bin", framework.Parent!.Name, framework.Name, "FastStream.Tests.dll");
        ProcessStartInfo start = new("dotnet", ["test", tests, "--filter", Tests])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[switchedOff] = "0";

        // The runner tells its test host where it runs; ours is another one.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("VSTEST", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
        output.WriteLine(await text);
        Assert.True(process.ExitCode == 0, $"{switchedOff}=0:\n{await text}\n{await errors}");
        Assert.Contains("Passed!", await text, StringComparison.Ordinal);
    }
}
