using System.Globalization;

namespace FastStream.Overload;

/// <summary>
/// What a trial has found: figures against their bounds (pass or short) and counts that must be right (a wrong one
/// fails the trial). Progress lines go to the same writer.
/// </summary>
internal sealed class TrialReport(string trial, TextWriter output)
{
    private readonly List<(string Figure, string Value, string Bound, string Verdict)> _rows = [];
    private readonly DateTime _began = DateTime.UtcNow;

    /// <summary>What was wrong: a count, a crash, an answer. Empty when all is right.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Figures that did not meet their bound.</summary>
    public int ShortCount { get; private set; }

    /// <summary>One line of progress.</summary>
    public void Say(string line) =>
        output.WriteLine($"[{trial} {(DateTime.UtcNow - _began).TotalSeconds,6:0.0} s] {line}");

    /// <summary>A figure that must not be above its bound.</summary>
    public void AtMost(string figure, double value, double bound, string unit)
    {
        bool isMet = value <= bound;
        ShortCount += isMet ? 0 : 1;
        _rows.Add((figure, $"{Text(value)} {unit}", $"<= {Text(bound)} {unit}", isMet ? "pass" : "short"));
    }

    /// <summary>A figure without a bound.</summary>
    public void State(string figure, double value, string unit) =>
        _rows.Add((figure, $"{Text(value)} {unit}", "stated", "-"));

    /// <summary>A count that must be this one.</summary>
    public void MustBe(string what, long value, long expected)
    {
        bool isRight = value == expected;
        _rows.Add((what, value.ToString("N0", CultureInfo.InvariantCulture),
            $"= {expected.ToString("N0", CultureInfo.InvariantCulture)}", isRight ? "pass" : "WRONG"));
        if (!isRight)
        {
            Faults.Add($"{what}: {value} instead of {expected}");
        }
    }

    /// <summary>Something that must be so.</summary>
    public void Must(string what, bool isSo, string otherwise)
    {
        _rows.Add((what, isSo ? "yes" : "no", "yes", isSo ? "pass" : "WRONG"));
        if (!isSo)
        {
            Faults.Add($"{what}: {otherwise}");
        }
    }

    /// <summary>A part that could not be run here, and why.</summary>
    public void Skip(string what, string reason)
    {
        _rows.Add((what, "skipped", reason, "-"));
        Say($"skipped: {what}: {reason}");
    }

    /// <summary>Prints the table; the exit code.</summary>
    public int Finish()
    {
        int figure = Math.Max(6, _rows.Select(row => row.Figure.Length).DefaultIfEmpty().Max());
        int value = Math.Max(5, _rows.Select(row => row.Value.Length).DefaultIfEmpty().Max());
        int bound = Math.Max(5, _rows.Select(row => row.Bound.Length).DefaultIfEmpty().Max());
        output.WriteLine();
        output.WriteLine($"{"figure".PadRight(figure)}  {"value".PadLeft(value)}  {"bound".PadRight(bound)}  verdict");
        foreach ((string Figure, string Value, string Bound, string Verdict) row in _rows)
        {
            output.WriteLine(
                $"{row.Figure.PadRight(figure)}  {row.Value.PadLeft(value)}  {row.Bound.PadRight(bound)}  {row.Verdict}");
        }

        foreach (string fault in Faults)
        {
            output.WriteLine($"WRONG {fault}");
        }

        string end = Faults.Count > 0 ? $"{Faults.Count} wrong" : ShortCount > 0 ? $"right, {ShortCount} short" : "pass";
        output.WriteLine($"{trial}: {end} after {(DateTime.UtcNow - _began).TotalSeconds:0} s");
        return Faults.Count > 0 ? 1 : 0;
    }

    private static string Text(double value) => value.ToString(Math.Abs(value) < 100 ? "0.###" : "N0", CultureInfo.InvariantCulture);
}
