using System.Globalization;
using FastStream.TestKit.Model;

namespace FastStream.TestKit.Oracle;

/// <summary>Compares the rows of one view, each aggregate as exactly as it can be.</summary>
internal static class WindowRows
{
    /// <summary>Of what is divided or rooted: relative.</summary>
    public const double Tolerance = 1e-12;

    /// <summary>Rows of one view of the model, closed or open.</summary>
    public static IEnumerable<WindowRow> Of(ModelState state, string stream, string view) => state.AllRows
        .Where(row => row.Stream == stream && row.View.Name == view)
        .Select(row => new WindowRow(row.StartNs, row.Key.ToString(), row.Values()));

    /// <summary>
    /// The first difference in words, or null: the same rows, each once; count, sum, min, max, first and last equal;
    /// quantiles within <paramref name="sketchError"/> of the value itself; the rest within <see cref="Tolerance"/>.
    /// </summary>
    public static string? FindDifference(
        IEnumerable<WindowRow> expected,
        IEnumerable<WindowRow> actual,
        IReadOnlyList<ModelAggregate> aggregates,
        double sketchError = 0)
    {
        Dictionary<(long, string), WindowRow> left = expected.ToDictionary(row => row.Identity);
        foreach (WindowRow row in actual)
        {
            if (!left.Remove(row.Identity, out WindowRow? wanted))
            {
                return $"window {Text(row)} stands there too often, or should not";
            }

            for (int i = 0; i < aggregates.Count; i++)
            {
                if (!IsSame(wanted.Values[i], row.Values[i], aggregates[i].Kind, sketchError))
                {
                    return $"window {Text(row)}: {aggregates[i]} is {row.Values[i]:R}, not {wanted.Values[i]:R}";
                }
            }
        }

        return left.Count == 0 ? null : $"{left.Count} windows are missing, the first is {Text(left.Values.First())}";
    }

    private static bool IsSame(double expected, double actual, ModelAggregateKind kind, double sketchError)
    {
        if (double.IsNaN(expected) || double.IsNaN(actual))
        {
            return double.IsNaN(expected) && double.IsNaN(actual);
        }

        double allowed = kind switch
        {
            ModelAggregateKind.Quantile => sketchError,
            ModelAggregateKind.Mean => Tolerance,
            ModelAggregateKind.VariancePopulation or ModelAggregateKind.VarianceSample => Tolerance,
            ModelAggregateKind.DeviationPopulation or ModelAggregateKind.DeviationSample => Tolerance,
            _ => 0,
        };
        return expected == actual || Math.Abs(actual - expected) <= allowed * Math.Abs(expected);
    }

    private static string Text(WindowRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.StartNs} of key {row.Key}");
}
