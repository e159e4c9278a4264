namespace FastStream.CrashLoop;

/// <summary>The command line of the crash runs.</summary>
internal static class Program
{
    private const int Found = 1;
    private const int Usage = 2;

    public static async Task<int> Main(string[] arguments)
    {
        CrashCommandLine? line = CrashCommandLine.Parse(arguments, out string problem);
        if (line is null)
        {
            Console.Error.WriteLine(problem);
            Console.Error.WriteLine(CrashCommandLine.Help);
            return problem.Length == 0 ? 0 : Usage;
        }

        CrashOptions options = line.Options with { Say = Console.WriteLine };
        CrashReport? report;
        string skipped = "";
        if (line.Command == "kill")
        {
            report = await CrashRun.KillAsync(options);
        }
        else
        {
            (report, skipped) = await CrashRun.PowerAsync(options, line.FileSystem);
        }

        if (report is null)
        {
            Console.WriteLine($"skipped: {skipped}");
            return 0;
        }

        Console.WriteLine(report);
        return Judge(report, line.MustLose);
    }

    /// <summary>A control must lose: a cut that takes nothing away is no cut.</summary>
    private static int Judge(CrashReport report, bool mustLose)
    {
        if (!mustLose)
        {
            Console.WriteLine(report.IsClean ? "clean" : "NOT CLEAN");
            return report.IsClean ? 0 : Found;
        }

        Console.WriteLine(report.LostFrames > 0
            ? $"control: {report.LostFrames} frames acked as written are gone, so the cut is real"
            : "control: nothing acked as written was lost, so these cuts prove nothing");
        return report.LostFrames > 0 ? 0 : Found;
    }
}
