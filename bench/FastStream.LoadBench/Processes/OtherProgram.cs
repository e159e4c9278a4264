using System.Diagnostics;

namespace FastStream.LoadBench.Processes;

/// <summary>The other benchmark programs of the source tree; this project's build makes sure that they are built.</summary>
internal static class OtherProgram
{
    private static readonly string s_configuration =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";

    /// <summary>Rivals and ceilings; null outside of the source tree.</summary>
    public static string? Peers { get; } = Find("bench/peers", "FastStream.Peers.dll");

    /// <summary>Stages and kernels; null outside of the source tree.</summary>
    public static string? Microbenchmarks { get; } = Find("bench/FastStream.Microbenchmarks", "FastStream.Microbenchmarks.dll");

    /// <summary>What a program printed, and its exit code; its complaints go where ours go.</summary>
    public static (int Code, string Output) Run(string program, IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath!;
        ProcessStartInfo start = new(Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string? Find(string folder, string program)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, folder, "bin", s_configuration, "net10.0", program);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
