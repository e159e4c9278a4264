namespace FastStream.LoadBench.Goals;

/// <summary>What the rounds came to: the median, the least and the most; medians resist what disturbs one round.</summary>
internal readonly record struct Outcome(double Median, double Least, double Most, int Rounds)
{
    /// <summary>Of the rounds in which it was measured; null when it was in none.</summary>
    public static Outcome? Of(IEnumerable<Round> rounds, Func<Round, double?> measure)
    {
        double[] figures = [.. rounds.Select(measure).OfType<double>().Where(double.IsFinite).Order()];
        if (figures.Length == 0)
        {
            return null;
        }

        int middle = figures.Length / 2;
        double median = figures.Length % 2 == 1 ? figures[middle] : (figures[middle - 1] + figures[middle]) / 2;
        return new Outcome(median, figures[0], figures[^1], figures.Length);
    }

    /// <inheritdoc cref="Of(IEnumerable{Round}, Func{Round, double?})"/>
    public static Outcome? Of(IEnumerable<Round> rounds, string name, string figure) =>
        Of(rounds, round => round.Get(name, figure));
}
