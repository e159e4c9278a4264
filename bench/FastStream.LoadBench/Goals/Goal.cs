namespace FastStream.LoadBench.Goals;

/// <summary>A figure that is to be reached: a ratio, so that it holds on any machine.</summary>
/// <param name="What">What is compared with what.</param>
/// <param name="Floor">Must be reached; null when the figure is only shown.</param>
/// <param name="Aim">Would be something to be proud of; null when there is none.</param>
/// <param name="IsLowerBetter">Whether the figure must stay below.</param>
/// <param name="Unit">x for a ratio.</param>
/// <param name="Measure">The figure in one round; null when something it needs was not measured.</param>
internal sealed record Goal(
    string What, double? Floor, double? Aim, bool IsLowerBetter, string Unit, Func<Round, double?> Measure)
{
    /// <summary>Two programs that lie nearer than this to each other may change places from one run to the next.</summary>
    public const double EvenMargin = 1.5;

    /// <summary>Whether it compares with another program, where a small margin is no margin.</summary>
    public bool IsPeer { get; init; }

    /// <summary>proud, pass, even, short or shown; by the median of the rounds.</summary>
    public string Judge(double figure)
    {
        if (IsPeer && figure is < EvenMargin and > 1 / EvenMargin)
        {
            return Floor is null or <= 1 ? "even" : "short";
        }

        bool Reaches(double bound) => IsLowerBetter ? figure <= bound : figure >= bound;
        return Floor is not double floor ? "shown"
            : !Reaches(floor) ? "short"
            : Aim is double aim && Reaches(aim) ? "proud" : "pass";
    }
}
