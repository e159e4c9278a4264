using System.Globalization;
using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Serving;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Model;

namespace FastStream.Simulation.Checks;

/// <summary>
/// The model's state in the words of the engine's digest, and the comparison of the two texts: line by line, bit by
/// bit, but for values that are divided or sketched, which are compared within a tolerance.
/// </summary>
internal static class ModelDigest
{
    private const double Tolerance = 1e-9;
    private const double SketchError = 0.03;

    /// <summary>The text that the engine's digest should hash.</summary>
    public static string[] Of(ModelState model, EngineState engine)
    {
        using MemoryStream text = new();
        using DigestWriter digest = new(text);
        ILookup<(string, string), ModelWindowRow> rows = model.AllRows.ToLookup(row => (row.Stream, row.View.Name));
        foreach (ModelStream stream in model.Streams.Values)
        {
            StreamDefinition definition = engine.FindStream(stream.Definition.Name)!.Definition;
            digest.BeginStream(definition.Name, definition.Text);
            foreach ((string name, ModelProducer producer) in stream.Producers)
            {
                digest.AddProducer(name, (ulong)producer.Epoch, (ulong)producer.LastSequence);
            }

            Add(digest, stream.Counters, definition.RefusalNames);
            foreach (ModelView view in stream.Views.OrderBy(one => one.Definition.Name, StringComparer.Ordinal))
            {
                digest.BeginView(
                    view.Definition.Name, engine.FindStream(definition.Name)!.FindView(view.Definition.Name)!.Definition.Text);
                Add(digest, view.Counters);
                Add(digest, rows[(definition.Name, view.Definition.Name)], stream.Definition.TextKeys);
            }
        }

        digest.Complete();
        return Lines(text.ToArray());
    }

    /// <summary>A dump as lines.</summary>
    public static string[] Lines(byte[] dump) => System.Text.Encoding.UTF8.GetString(dump).Split('\n');

    /// <summary>The first difference in words, or null.</summary>
    public static string? FindDifference(string[] expected, string[] actual)
    {
        ViewPlan? view = null;
        for (int i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            if (expected[i].StartsWith("view ", StringComparison.Ordinal))
            {
                view = ViewPlan.Templates.FirstOrDefault(one => expected[i].StartsWith($"view {one.Name} ", StringComparison.Ordinal));
            }

            if (expected[i] != actual[i] && (view is null || !IsClose(view, expected[i], actual[i])))
            {
                return $"line {i + 1} should be \"{expected[i]}\" and is \"{actual[i]}\" (view {view?.Name})";
            }
        }

        return expected.Length == actual.Length ? null : $"there should be {expected.Length} lines and are {actual.Length}";
    }

    private static void Add(DigestWriter digest, ModelStreamCounters counters, IReadOnlyList<string> rules)
    {
        digest.AddCount("records", counters.Journaled);
        digest.AddCount("prepared", counters.Prepared);
        for (int rule = 0; rule < rules.Count; rule++)
        {
            digest.AddCount($"rule_{rule}", counters.ByRule.GetValueOrDefault(rules[rule]));
        }

        digest.AddCount("future", counters.Future);
        digest.AddCount("time_range", counters.TimeRange);
        digest.AddCount("key_limit", counters.KeyLimit);
        digest.AddCount("tombstone", counters.Tombstone);
    }

    private static void Add(DigestWriter digest, ModelViewCounters counters)
    {
        digest.AddCount("prepared", counters.Prepared);
        digest.AddCount("applied", counters.Applied);
        digest.AddCount("filtered", counters.Filtered);
        digest.AddCount("late", counters.Late);
        digest.AddCount("late_after_idle", counters.LateAfterIdle);
        digest.AddCount("late_on_join", counters.LateOnJoin);
        digest.AddCount("over_limit", counters.OverLimit);
        digest.AddCount("window_contributions", counters.Applied);
    }

    private static void Add(DigestWriter digest, IEnumerable<ModelWindowRow> rows, bool isText)
    {
        foreach (ModelWindowRow row in rows.OrderBy(row => row.StartNs))
        {
            string key = DigestWriter.KeyOf(row.Key.Number, isText ? row.Key.Name : null, !row.View.ByKey);
            digest.AddRow(row.StartNs, key, row.Cell.RecordCount, row.Values());
        }
    }

    private static bool IsClose(ViewPlan view, string expected, string actual)
    {
        string[] wanted = expected.Split(' ');
        string[] found = actual.Split(' ');
        int values = view.Model.Aggregates.Length;
        if (wanted.Length != 2 + values || found.Length != wanted.Length || wanted[0] != found[0] || wanted[1] != found[1])
        {
            return false;
        }

        for (int i = 0; i < values; i++)
        {
            bool isSketch = view.Model.Aggregates[i].Kind == ModelAggregateKind.Quantile;
            if (wanted[2 + i] != found[2 + i]
                && (view.IsExact(i) || !IsClose(ValueOf(wanted[2 + i]), ValueOf(found[2 + i]), isSketch ? SketchError : Tolerance)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsClose(double expected, double actual, double tolerance) =>
        Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected));

    private static double ValueOf(string bits) =>
        BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
