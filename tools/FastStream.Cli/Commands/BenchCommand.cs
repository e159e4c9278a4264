using System.CommandLine;
using System.Diagnostics;

namespace FastStream.Cli.Commands;

/// <summary><c>bench</c>: the load benchmark, which is a program of the source tree.</summary>
internal static class BenchCommand
{
    private const string Project = "bench/FastStream.LoadBench";

    public static Command Create()
    {
        Argument<string[]> rest = new("options")
        {
            Description = "Its options: --quick (three minutes), --peers, --only NAME, --rounds N, --folder DIR, "
                + "--json FILE, --charts FOLDER, --list; behind \"--\"",
        };
        ToolCommand command = new("bench", "Measure FastStream end to end against limits of this machine; each goal "
            + "with its figure. Needs the source tree; leave the machine alone meanwhile")
        {
            Examples = ["faststream bench -- --quick", "faststream bench -- --only loopback --rounds 3"],
        };
        command.Add(rest);
        return command.Do((parsed, stop) => RunAsync(parsed.GetValue(rest) ?? [], stop));
    }

    private static async Task<ExitCode> RunAsync(string[] options, CancellationToken stop)
    {
        string root = FindRoot() ?? throw new CommandFailure(ExitCode.Failed,
            $"bench is a program of the source tree, and there is none here: in a clone, run dotnet run -c Release "
                + $"--project {Project} -- --quick");
        ProcessStartInfo start = new("dotnet", ["run", "-c", "Release", "--project", Path.Combine(root, Project), "--", .. options]);
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    // From the folder one is in, then from where the tool lies.
    private static string? FindRoot()
    {
        foreach (string from in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (DirectoryInfo? at = new(from); at is not null; at = at.Parent)
            {
                if (Directory.Exists(Path.Combine(at.FullName, Project)))
                {
                    return at.FullName;
                }
            }
        }

        return null;
    }
}
