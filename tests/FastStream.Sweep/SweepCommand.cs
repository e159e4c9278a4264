using System.Diagnostics;
using System.Globalization;

namespace FastStream.Sweep;

/// <summary>The command line: which proof, with which seed. Exit code 1 when something was found.</summary>
internal static class SweepCommand
{
    private const string Help = """
        Fails every file operation of the journal in turn and looks whether anything that was promised is lost.

        FastStream.Sweep [logs|damage] [--seed N] [--fault NAME --at N]

          logs      a data folder over simulated files: EIO, ENOSPC, kill, half a write, power cut at the n-th operation,
                    n = 1, 2, 3 ... until none fires
          damage    each block of each file flipped, zeroed, cut, misplaced, and each file deleted
                    (left out: both)
          --seed    decides what power cuts leave (default: by the clock; it is printed)
          --fault   only this one, by the beginning of its name, such as "power cut before"
          --at      only the n-th operation, to run a finding again

        Exit code 0: nothing found; 1: findings, a line each; 2: wrong command line.
        """;

    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            output.WriteLine(Help);
            return 0;
        }

        int seed = Number(arguments, "--seed") ?? Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Stopwatch watch = Stopwatch.StartNew();
        string? only = arguments is [string first, ..] && !first.StartsWith('-') ? first : null;
        int findings = 0;
        if (only is null or "damage")
        {
            findings += await ReportAsync(() => new LogDamageSweep(seed).Run(), output).ConfigureAwait(false);
        }

        if (only is not "damage" && findings == 0)
        {
            findings += await ReportAsync(
                () => new LogSweep(seed, output).Run(Text(arguments, "--fault") ?? "", Number(arguments, "--at")), output)
                .ConfigureAwait(false);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s"));
        return findings == 0 ? 0 : 1;
    }

    private static async Task<int> ReportAsync(Func<SweepReport> run, TextWriter output)
    {
        SweepReport report = await Task.Run(run).ConfigureAwait(false);
        report.Write(output);
        return report.Findings.Count;
    }

    private static string? Text(string[] arguments, string name)
    {
        int index = Array.IndexOf(arguments, name);
        return index >= 0 && index + 1 < arguments.Length ? arguments[index + 1] : null;
    }

    private static int? Number(string[] arguments, string name) =>
        Text(arguments, name) is string text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
