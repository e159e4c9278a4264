using System.Globalization;
using FastStream.Protocol;
using FastStream.Simulation.Driving;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;

namespace FastStream.Simulation.Scenario;

/// <summary>One stream: its definition for the engine and for the model, and the views it begins with.</summary>
internal sealed record StreamPlan(string Name, KeyKind KeyKind, int KeyCount, IReadOnlyList<ViewPlan> Views)
{
    private const string Definition = "(v, w) future 5m idle 10s rules: " + HistoryStream.RangeRule;

    /// <summary>The definition in text form.</summary>
    public string Text => (IsText ? "text " : "u64 ") + Definition;

    public bool IsText => KeyKind == KeyKind.Text;

    /// <summary>Names of the columns as a producer may send them.</summary>
    public static IReadOnlyList<string> Fields => HistoryStream.Fields;

    /// <summary>Draws a stream.</summary>
    public static StreamPlan Draw(int index, SimulationRandom random) => new(
        string.Create(CultureInfo.InvariantCulture, $"s{index}"),
        random.OneIn(2) ? KeyKind.Text : KeyKind.U64,
        random.Of(1, 3, 10, 40),
        [.. ViewPlan.Templates.Where(_ => random.OneIn(2)).DefaultIfEmpty(ViewPlan.Templates[0])]);

    /// <summary>The definition for the model.</summary>
    public ModelStreamDefinition ToModel(int maxKeyNames) => new(Name, [.. Fields])
    {
        TextKeys = IsText,
        MaxKeyNames = maxKeyNames,
        Rules =
        [
            new ModelRule(HistoryStream.InfinityRule, record => !record.Values.Any(double.IsInfinity)),
            new ModelRule(HistoryStream.RangeRule, record => double.IsNaN(record.Value(0)) || Math.Abs(record.Value(0)) <= 900),
        ],
    };
}
