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

        CrashOptions options = line.Options with
        {
            Say = Console.WriteLine,
            KeepFolder = line.MustLose ? null : Path.GetTempPath(),
        };
        switch (line.Command)
        {
            case "kill":
                return Judge(await CrashRun.KillAsync(options), "", line.MustLose);
            case "power":
                (CrashReport? report, string skipped) = await CrashRun.PowerAsync(options, line.FileSystem);
                return Judge(report, skipped, line.MustLose);
            case "freeze":
                FreezeReport frozen = await FreezeRun.RunAsync(options);
                Console.WriteLine(frozen);
                return Say(frozen.Findings.Count == 0);
            default:
                return Judge(await FullDiskRun.RunAsync(options, line.FileSystem));
        }
    }

    private static int Judge((FullDiskReport? Report, string Skipped) full)
    {
        if (full.Report is null)
        {
            return Skip(full.Skipped);
        }

        Console.WriteLine(full.Report);
        return Say(full.Report.Findings.Count == 0);
    }

    /// <summary>A control must lose: a cut that takes nothing away is no cut.</summary>
    private static int Judge(CrashReport? report, string skipped, bool mustLose)
    {
        if (report is null)
        {
            return Skip(skipped);
        }

        Console.WriteLine(report);
        if (!mustLose)
        {
            return Say(report.IsClean);
        }

        Console.WriteLine(report.LostFrames > 0
            ? $"control: {report.LostFrames} frames acked as written are gone, so the cut is real"
            : "control: nothing acked as written was lost, so these cuts prove nothing");
        return report.LostFrames > 0 ? 0 : Found;
    }

    private static int Say(bool isClean)
    {
        Console.WriteLine(isClean ? "clean" : "NOT CLEAN");
        return isClean ? 0 : Found;
    }

    private static int Skip(string reason)
    {
        Console.WriteLine($"skipped: {reason}");
        return 0;
    }
}
