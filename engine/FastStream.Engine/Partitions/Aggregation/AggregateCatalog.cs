using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Aggregation.Aggregates;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Every aggregate there is: one line each.</summary>
internal static class AggregateCatalog
{
    /// <summary>The aggregate a definition asks for. Definitions were validated: an unknown name is a bug.</summary>
    public static Aggregate Create(AggregateDefinition definition) => definition.Kind switch
    {
        AggregateNames.Count when definition.Field is null => new RecordCountAggregate(),
        AggregateNames.Count => new ValueCountAggregate(),
        AggregateNames.Sum => new SumAggregate(),
        AggregateNames.Min => new MinAggregate(),
        AggregateNames.Max => new MaxAggregate(),
        AggregateNames.Mean => new MeanAggregate(),
        AggregateNames.VarPop => new VarianceAggregate(sample: false, root: false),
        AggregateNames.Variance => new VarianceAggregate(sample: true, root: false),
        AggregateNames.StdDevPop => new VarianceAggregate(sample: false, root: true),
        AggregateNames.StdDev => new VarianceAggregate(sample: true, root: true),
        AggregateNames.First => new FirstAggregate(),
        AggregateNames.Last => new LastAggregate(),
        AggregateNames.Quantile => new QuantileAggregate(definition.Parameter),
        _ => throw new ArgumentException($"No aggregate is called \"{definition.Kind}\".", nameof(definition)),
    };
}
