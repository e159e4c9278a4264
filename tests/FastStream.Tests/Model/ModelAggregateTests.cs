using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>The model's aggregates against results worked out by hand.</summary>
public sealed class ModelAggregateTests
{
    [Fact]
    public void TheUsualOnesOverFourValues()
    {
        double[] values = Evaluate([2, 4, 4, 10]);

        // sum, min, max, mean, var_pop, variance
        Assert.Equal([20, 2, 10, 5, 9, 12], values[..6]);
        Assert.Equal([3, Math.Sqrt(12)], values[6..8]);
    }

    [Fact]
    public void QuantileIsTheValueOfRankCeiling()
    {
        ModelSample[] samples = [.. Enumerable.Range(1, 10).Select(value => new ModelSample(0, value))];

        Assert.Equal(5, new ModelAggregate(ModelAggregateKind.Quantile, 0, 0.5).Evaluate(10, samples));
        Assert.Equal(10, new ModelAggregate(ModelAggregateKind.Quantile, 0, 0.95).Evaluate(10, samples));
        Assert.Equal(1, new ModelAggregate(ModelAggregateKind.Quantile, 0, 0).Evaluate(10, samples));
    }

    [Fact]
    public void FirstAndLastGoByEventTimeThenByValue()
    {
        ModelSample[] samples = [new(5, 1), new(3, 9), new(3, 8), new(5, 2)];

        Assert.Equal(8, new ModelAggregate(ModelAggregateKind.First, 0).Evaluate(4, samples));
        Assert.Equal(2, new ModelAggregate(ModelAggregateKind.Last, 0).Evaluate(4, samples));
    }

    [Fact]
    public void AbsentValuesCountAsRecordsOnly()
    {
        ModelCell cell = new(fieldCount: 1);
        cell.Add(new ModelRecord(1, 0, double.NaN));
        cell.Add(new ModelRecord(1, 0));
        cell.Add(new ModelRecord(1, 0, 3));

        Assert.Equal(3, new ModelAggregate(ModelAggregateKind.Count).Evaluate(cell.RecordCount, cell.Samples(-1)));
        Assert.Equal(1, new ModelAggregate(ModelAggregateKind.Count, 0).Evaluate(cell.RecordCount, cell.Samples(0)));
        Assert.Equal(3, new ModelAggregate(ModelAggregateKind.Mean, 0).Evaluate(cell.RecordCount, cell.Samples(0)));
    }

    [Fact]
    public void TheVarianceOfLargeNearlyEqualValuesIsExact()
    {
        double[] values = Evaluate([1e15 + 1, 1e15 + 2, 1e15 + 3]);

        Assert.Equal(1, values[5]);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-5e-324)]
    [InlineData(2.2250738585072014e-308)]
    [InlineData(double.MaxValue)]
    [InlineData(-123456.789)]
    [InlineData(0)]
    public void EveryDoubleSurvivesTheExactForm(double value) =>
        Assert.Equal(value, ExactNumber.From(value).ToDouble());

    [Fact]
    public void ExactQuotientsRoundToTheNearestDouble()
    {
        Random random = new(17);
        for (int i = 0; i < 2_000; i++)
        {
            // Numerator and divisor are exact in a double, so the division of the processor is correctly rounded.
            long numerator = random.NextInt64(-(1L << 53), 1L << 53);
            long divisor = random.NextInt64(1, 1L << 53);
            Assert.Equal((double)numerator / divisor, ExactNumber.FromWhole(numerator).DividedBy(divisor).ToDouble());
        }
    }

    [Fact]
    public void ExactSumsDoNotDependOnOrder()
    {
        double[] values = [1e300, 1, -1e300, 0.1, 1e-300];
        ExactNumber forth = values.Aggregate(ExactNumber.Zero, (sum, value) => sum + ExactNumber.From(value));
        ExactNumber back = values.Reverse().Aggregate(ExactNumber.Zero, (sum, value) => sum + ExactNumber.From(value));

        Assert.Equal(1.1, forth.ToDouble());
        Assert.Equal(forth.ToDouble(), back.ToDouble());
    }

    private static double[] Evaluate(double[] values)
    {
        ModelSample[] samples = [.. values.Select((value, index) => new ModelSample(index, value))];
        ModelAggregateKind[] kinds =
        [
            ModelAggregateKind.Sum, ModelAggregateKind.Min, ModelAggregateKind.Max, ModelAggregateKind.Mean,
            ModelAggregateKind.VariancePopulation, ModelAggregateKind.VarianceSample,
            ModelAggregateKind.DeviationPopulation, ModelAggregateKind.DeviationSample,
        ];
        return [.. kinds.Select(kind => new ModelAggregate(kind, 0).Evaluate(samples.Length, samples))];
    }
}
