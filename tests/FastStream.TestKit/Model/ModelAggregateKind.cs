namespace FastStream.TestKit.Model;

/// <summary>What a view may ask for; the names in comments are those of the text form.</summary>
internal enum ModelAggregateKind
{
    /// <summary>count: records, or the present values of one field.</summary>
    Count,

    /// <summary>sum.</summary>
    Sum,

    /// <summary>min.</summary>
    Min,

    /// <summary>max.</summary>
    Max,

    /// <summary>mean.</summary>
    Mean,

    /// <summary>var_pop: divided by n.</summary>
    VariancePopulation,

    /// <summary>variance: divided by n - 1.</summary>
    VarianceSample,

    /// <summary>stddev_pop.</summary>
    DeviationPopulation,

    /// <summary>stddev.</summary>
    DeviationSample,

    /// <summary>first by event time, the smaller value when times are equal.</summary>
    First,

    /// <summary>last by event time, the larger value when times are equal.</summary>
    Last,

    /// <summary>quantile(f, q): the value of rank ceil(q n), at least 1, in ascending order.</summary>
    Quantile,
}
