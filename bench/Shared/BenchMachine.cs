using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastStream.Benchmarks;

/// <summary>What figures were measured on: without it they mean nothing.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="Os">The operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="VectorBits">Width of the vectors that the runtime uses.</param>
internal sealed record BenchMachine(string Cpu, int Cores, string Os, string Runtime, int VectorBits)
{
    /// <summary>This one.</summary>
    public static BenchMachine Here { get; } = new(
        CpuName(),
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128);

    /// <summary>The commit that was built, or "unknown": the build writes it behind the version.</summary>
    public static string Commit { get; } = CommitOf(typeof(BenchMachine).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    private static string CommitOf(string version)
    {
        int plus = version.IndexOf('+');
        return plus < 0 ? "unknown" : version[(plus + 1)..];
    }

    private static string CpuName()
    {
        const string Names = "/proc/cpuinfo";
        string? line = File.Exists(Names)
            ? File.ReadLines(Names).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
