using System.Diagnostics;

namespace FastStream.Fuzz;

/// <summary>
/// Runs the cases in a process of their own: one that touches memory it may not dies with it, and what it died of is told
/// from the notes it left.
/// </summary>
internal static class Supervisor
{
    /// <summary>How the worker process ends when a case hangs.</summary>
    public const int HangExitCode = 17;

    public static int Run(FuzzOptions options, IReadOnlyList<string> arguments)
    {
        string notesPath = Path.Combine(Path.GetTempPath(), $"faststream-fuzz-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            int code = RunWorkers(arguments, notesPath);
            if (code is 0 or 1)
            {
                return code;
            }

            ReportDeath(options, notesPath, code);
            return 1;
        }
        finally
        {
            File.Delete(notesPath);
        }
    }

    private static int RunWorkers(IReadOnlyList<string> arguments, string notesPath)
    {
        ProcessStartInfo start = new("dotnet", [typeof(Supervisor).Assembly.Location, .. arguments, "--notes", notesPath]);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0"; // a crash is a finding here, not a mystery
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void ReportDeath(FuzzOptions options, string notesPath, int code)
    {
        IReadOnlyList<Func<FuzzTarget>> targets = TargetCatalog.Find(options.Targets);
        using CaseNotes notes = new(notesPath);
        string what = code == HangExitCode ? "hang" : "crash";
        Console.WriteLine($"the worker process ended with {code}: {what}. What its threads were at:");
        CaseMaker maker = new();
        for (int worker = 0; worker < options.Workers; worker++)
        {
            if (!notes.TryRead(worker, out int index, out long number, out _))
            {
                continue;
            }

            using FuzzTarget target = targets[index]();
            if (number < 0)
            {
                Console.WriteLine($"FINDING in {target.Name}: {what} at input {-1 - number} of its corpus");
                continue;
            }

            maker.Make(target, options.Seed, number);
            Finding finding = new(target.Name, options.Seed, number, what, "", maker.Input.Written.ToArray());
            Console.WriteLine($"FINDING in {target.Name}: {what}, or beside it; case {number}, seed {options.Seed}\n"
                + $"kept as {Corpus.Keep(finding, options.CorpusFolder)}");
        }
    }
}
