namespace FastStream.Engine.Definitions;

/// <summary>
/// The names of the aggregates, for <c>using static</c> beside <see cref="ViewBuilder"/> and in text form.
/// </summary>
public static class AggregateNames
{
    /// <summary>Records, or with a field its present values.</summary>
    public const string Count = "count";

    /// <summary>Sum of the present values.</summary>
    public const string Sum = "sum";

    /// <summary>Smallest present value.</summary>
    public const string Min = "min";

    /// <summary>Largest present value.</summary>
    public const string Max = "max";

    /// <summary>Arithmetic mean.</summary>
    public const string Mean = "mean";

    /// <summary>Population variance (divided by n).</summary>
    public const string VarPop = "var_pop";

    /// <summary>Sample variance (divided by n - 1).</summary>
    public const string Variance = "variance";

    /// <summary>Population standard deviation.</summary>
    public const string StdDevPop = "stddev_pop";

    /// <summary>Sample standard deviation.</summary>
    public const string StdDev = "stddev";

    /// <summary>Value at the smallest event time; of equal times the smallest value.</summary>
    public const string First = "first";

    /// <summary>Value at the largest event time; of equal times the largest value.</summary>
    public const string Last = "last";

    /// <summary>Quantile within a stated relative error: <c>quantile(f, 0.95)</c>, in short <c>p95(f)</c>.</summary>
    public const string Quantile = "quantile";

    /// <summary>Every name, in the order they are documented.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Count, Sum, Min, Max, Mean, VarPop, Variance, StdDevPop, StdDev, First, Last, Quantile];

    /// <summary>True for names that need a parameter after the field.</summary>
    internal static bool TakesParameter(string name) => name == Quantile;

    /// <summary>True for names that may stand without a field.</summary>
    internal static bool MayLackField(string name) => name == Count;
}
