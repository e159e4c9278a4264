using System.Diagnostics;
using System.Text;

namespace FastStream.TestKit.Processes;

/// <summary>
/// A console project of the tests built as <c>Planted</c>, the only configuration that has faults to plant, and run
/// with one of them: so that a proof can be seen to fail.
/// </summary>
internal sealed class PlantedBuild
{
    /// <summary>The environment variable that names the fault.</summary>
    public const string Variable = "FASTSTREAM_PLANTED_FAULT";

    private static readonly TimeSpan s_buildDeadline = TimeSpan.FromMinutes(5);

    // One build at a time: projects share what they are built from.
    private static readonly SemaphoreSlim s_building = new(1);

    // Servers that a build leaves behind would keep its output open, and the wait for its end would not end.
    private static readonly string[] s_alone = ["-nodeReuse:false", "-p:UseSharedCompilation=false"];

    private readonly string _library;

    private PlantedBuild(string library) => _library = library;

    /// <summary>
    /// Builds <c>tests/{project}</c>, whose library has the project's name unless another is given; throws with the
    /// compiler's words when it cannot.
    /// </summary>
    public static async Task<PlantedBuild> OfAsync(string project, string? library = null)
    {
        string folder = RepositoryFolder.PathOf("tests", project);
        await s_building.WaitAsync().ConfigureAwait(false);
        try
        {
            (int exitCode, string text) = await RunAsync(
                s_buildDeadline, fault: null, ["build", folder, "-c", "Planted", "-v", "q", "--nologo", .. s_alone]).ConfigureAwait(false);
            if (exitCode != 0)
            {
                throw new InvalidOperationException($"{project} cannot be built as Planted:\n{text}");
            }
        }
        finally
        {
            s_building.Release();
        }

        string framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;
        return new PlantedBuild(Path.Combine(folder, "bin", "Planted", framework, (library ?? project) + ".dll"));
    }

    /// <summary>Runs it with a fault, or with none, to its end.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(string? fault, TimeSpan deadline, params string[] arguments) =>
        RunAsync(deadline, fault ?? "", ["exec", _library, .. arguments]);

    private static async Task<(int ExitCode, string Output)> RunAsync(
        TimeSpan deadline, string? fault, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Of the test host's own: they would turn the build into a part of this test run.
        foreach (string name in start.Environment.Keys.Where(IsOfTheHost).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment[Variable] = fault ?? "";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        StringBuilder text = new();
        process.OutputDataReceived += (_, line) => Take(text, line.Data);
        process.ErrorDataReceived += (_, line) => Take(text, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using CancellationTokenSource late = new(deadline);
        try
        {
            await process.WaitForExitAsync(late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)}: no exit within {deadline}:\n{Text(text)}");
        }

        return (process.ExitCode, Text(text));
    }

    private static bool IsOfTheHost(string name) =>
        name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
        || name is "DOTNET_HOST_PATH" or "MSBUILD_EXE_PATH";

    private static void Take(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
