namespace FastStream.TestKit.Model;

/// <summary>One asked-for aggregate: kind, field by ordinal (-1: the records themselves), quantile.</summary>
internal sealed record ModelAggregate(ModelAggregateKind Kind, int Field = -1, double Parameter = 0)
{
    /// <summary>
    /// The result over the present (time, value) pairs of one cell, exact and then rounded once; NaN where no
    /// result exists (no present value, or one value only for the sample variance).
    /// </summary>
    public double Evaluate(long recordCount, IReadOnlyList<ModelSample> samples)
    {
        if (Kind == ModelAggregateKind.Count)
        {
            return Field < 0 ? recordCount : samples.Count;
        }

        return samples.Count == 0 ? double.NaN : EvaluatePresent(samples);
    }

    private double EvaluatePresent(IReadOnlyList<ModelSample> samples) => Kind switch
    {
        ModelAggregateKind.Sum => SumOf(samples).ToDouble(),
        ModelAggregateKind.Min => samples.Min(sample => sample.Value),
        ModelAggregateKind.Max => samples.Max(sample => sample.Value),
        ModelAggregateKind.Mean => SumOf(samples).DividedBy(samples.Count).ToDouble(),
        ModelAggregateKind.VariancePopulation => Variance(samples, samples.Count),
        ModelAggregateKind.VarianceSample => Variance(samples, samples.Count - 1),
        ModelAggregateKind.DeviationPopulation => Math.Sqrt(Variance(samples, samples.Count)),
        ModelAggregateKind.DeviationSample => Math.Sqrt(Variance(samples, samples.Count - 1)),
        ModelAggregateKind.First => samples.Order().First().Value,
        ModelAggregateKind.Last => samples.Order().Last().Value,
        ModelAggregateKind.Quantile => ValueOfRank(samples, Parameter),
        _ => throw new InvalidOperationException($"aggregate {Kind} is unknown"),
    };

    private static ExactNumber SumOf(IReadOnlyList<ModelSample> samples)
    {
        ExactNumber sum = ExactNumber.Zero;
        foreach (ModelSample sample in samples)
        {
            sum += ExactNumber.From(sample.Value);
        }

        return sum;
    }

    // (n * sum of squares - square of the sum) / (n * divisor): no rounding before the end.
    private static double Variance(IReadOnlyList<ModelSample> samples, int divisor)
    {
        if (divisor == 0)
        {
            return double.NaN;
        }

        ExactNumber sum = ExactNumber.Zero;
        ExactNumber squares = ExactNumber.Zero;
        foreach (ModelSample sample in samples)
        {
            ExactNumber value = ExactNumber.From(sample.Value);
            sum += value;
            squares += value * value;
        }

        ExactNumber spread = (squares * ExactNumber.FromWhole(samples.Count)) - (sum * sum);
        return spread.DividedBy(samples.Count).DividedBy(divisor).ToDouble();
    }

    private static double ValueOfRank(IReadOnlyList<ModelSample> samples, double quantile)
    {
        double[] sorted = [.. samples.Select(sample => sample.Value).Order()];
        int rank = (int)Math.Ceiling(quantile * sorted.Length);
        return sorted[Math.Clamp(rank, 1, sorted.Length) - 1];
    }
}
