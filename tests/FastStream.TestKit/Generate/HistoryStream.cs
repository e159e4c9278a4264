using FastStream.TestKit.Model;

namespace FastStream.TestKit.Generate;

/// <summary>The stream of random histories, for the model and in text form: fields v and w, two rules.</summary>
internal static class HistoryStream
{
    /// <summary>Its name.</summary>
    public const string Name = "history";

    /// <summary>The rule every stream has: infinities are refused.</summary>
    public const string InfinityRule = "infinity";

    /// <summary>A rule of its own.</summary>
    public const string RangeRule = "range v -900..900";

    /// <summary>A time-out so long that the clock never reaches it: idle steps set sources aside themselves.</summary>
    public const string Text = "(v, w) future 5m idle 300d rules: " + RangeRule;

    /// <summary>The fields in the order of the stream.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["v", "w"];

    /// <summary>The definition for the model.</summary>
    public static ModelStreamDefinition Definition(RandomHistory history) => new(Name, [.. Fields])
    {
        TextKeys = history.TextKeys,
        MaxKeyNames = history.MaxKeyNames,
        Rules =
        [
            new ModelRule(InfinityRule, record => !record.Values.Any(double.IsInfinity)),
            new ModelRule(RangeRule, record => double.IsNaN(record.Value(0)) || Math.Abs(record.Value(0)) <= 900),
        ],
    };
}
