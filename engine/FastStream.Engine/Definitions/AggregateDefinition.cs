using System.Globalization;

namespace FastStream.Engine.Definitions;

/// <summary>One aggregate of a view.</summary>
/// <param name="Kind">Its name, one of <see cref="AggregateNames"/>.</param>
/// <param name="Field">The field it looks at; null only for <c>count</c> of records.</param>
/// <param name="Parameter">For <c>quantile</c> the rank in (0, 1); else 0.</param>
public sealed record AggregateDefinition(string Kind, string? Field, double Parameter = 0)
{
    /// <summary>What results call it, and its text form: <c>count</c>, <c>mean(delay)</c>, <c>p95(delay)</c>.</summary>
    public string DisplayName { get; } = Describe(Kind, Field, Parameter);

    /// <summary>Equal kind, field and parameter.</summary>
    public bool Equals(AggregateDefinition? other) =>
        other is not null && Kind == other.Kind && Field == other.Field && Parameter.Equals(other.Parameter);

    /// <summary>Agrees with equality.</summary>
    public override int GetHashCode() => HashCode.Combine(Kind, Field, Parameter);

    /// <summary>The text form.</summary>
    public override string ToString() => DisplayName;

    internal string? FindFault()
    {
        if (!AggregateNames.All.Contains(Kind))
        {
            return $"unknown aggregate \"{Kind}\": use one of {string.Join(", ", AggregateNames.All)} or p95";
        }

        if (Field is null && !AggregateNames.MayLackField(Kind))
        {
            return $"aggregate \"{Kind}\" lacks a field: write {Kind}(FIELD)";
        }

        if (AggregateNames.TakesParameter(Kind))
        {
            return Parameter is > 0 and < 1
                ? null
                : $"quantile rank {Parameter.ToString("R", CultureInfo.InvariantCulture)} is not between 0 and 1: "
                    + "write quantile(FIELD, 0.95) or p95(FIELD)";
        }

        return Parameter == 0 ? null : $"aggregate \"{Kind}\" takes no parameter: write {Kind}(FIELD)";
    }

    /// <summary>Reads <c>p95</c> as 0.95, in decimals so that p99.9 is the double nearest to 0.999.</summary>
    internal static bool TryParsePercentile(string name, out double rank)
    {
        rank = 0;
        if (name.Length < 2 || name[0] != 'p'
            || !decimal.TryParse(
                name.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent))
        {
            return false;
        }

        rank = (double)(percent / 100m);
        return true;
    }

    private static string Describe(string kind, string? field, double parameter)
    {
        if (field is null)
        {
            return kind;
        }

        if (!AggregateNames.TakesParameter(kind))
        {
            return $"{kind}({field})";
        }

        string rank = parameter.ToString("R", CultureInfo.InvariantCulture);
        if (parameter is >= 1e-6 and < 1)
        {
            string percent = "p" + ((decimal)parameter * 100m).ToString("0.############", CultureInfo.InvariantCulture);
            if (TryParsePercentile(percent, out double again) && again.Equals(parameter))
            {
                return $"{percent}({field})";
            }
        }

        return $"quantile({field}, {rank})";
    }
}
