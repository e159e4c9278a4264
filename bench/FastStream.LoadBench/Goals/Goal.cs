namespace FastStream.LoadBench.Goals;

/// <summary>A figure that is to be reached: a ratio, so that it holds on any machine.</summary>
/// <param name="What">What is compared with what.</param>
/// <param name="Floor">Must be reached.</param>
/// <param name="Aim">Would be something to be proud of; null when there is none.</param>
/// <param name="IsLowerBetter">Whether the figure must stay below.</param>
/// <param name="Unit">x for a ratio.</param>
/// <param name="Measure">The figure in one round; null when something it needs was not measured.</param>
internal sealed record Goal(
    string What, double Floor, double? Aim, bool IsLowerBetter, string Unit, Func<Round, double?> Measure)
{
    /// <summary>pass, proud or short; by the median of the rounds.</summary>
    public string Judge(double figure)
    {
        bool Reaches(double bound) => IsLowerBetter ? figure <= bound : figure >= bound;
        return !Reaches(Floor) ? "short" : Aim is double aim && Reaches(aim) ? "proud" : "pass";
    }
}
