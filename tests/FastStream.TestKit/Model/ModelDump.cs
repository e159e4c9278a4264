using System.Globalization;
using System.Text;

namespace FastStream.TestKit.Model;

/// <summary>
/// The canonical text of a state: streams, producers, counters and every row, sorted, the same whether a window is
/// open or closed. Watermark and liveness stay out, since they depend on how producers interleave.
/// </summary>
internal static class ModelDump
{
    /// <summary>The whole dump.</summary>
    public static string Of(ModelState state)
    {
        StringBuilder text = new();
        foreach (ModelStream stream in state.Streams.Values)
        {
            AppendStream(text, stream);
        }

        foreach (ModelWindowRow row in Sorted(state.AllRows))
        {
            text.Append(Line(row)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Rows by stream, view, window, key.</summary>
    public static IEnumerable<ModelWindowRow> Sorted(IEnumerable<ModelWindowRow> rows) => rows
        .OrderBy(row => row.Stream, StringComparer.Ordinal)
        .ThenBy(row => row.View.Name, StringComparer.Ordinal)
        .ThenBy(row => row.StartNs)
        .ThenBy(row => row.Key);

    /// <summary>One row with the bits of its values.</summary>
    public static string Line(ModelWindowRow row)
    {
        string values = string.Join(' ', row.Values().Select(Bits));
        return string.Create(
            CultureInfo.InvariantCulture, $"row {row.Stream} {row.View.Name} {row.StartNs} {row.Key} {values}");
    }

    private static void AppendStream(StringBuilder text, ModelStream stream)
    {
        ModelStreamCounters counters = stream.Counters;
        text.Append(
            CultureInfo.InvariantCulture,
            $"stream {stream.Definition.Name} {counters.Journaled} {counters.Prepared} {counters.Future} ");
        text.Append(
            CultureInfo.InvariantCulture, $"{counters.TimeRange} {counters.KeyLimit} {counters.Tombstone}\n");
        foreach ((string rule, long count) in counters.ByRule)
        {
            text.Append(CultureInfo.InvariantCulture, $"rule {rule} {count}\n");
        }

        foreach ((string name, ModelProducer producer) in stream.Producers)
        {
            text.Append(CultureInfo.InvariantCulture, $"producer {name} {producer.Epoch} {producer.LastSequence}\n");
        }

        foreach (ModelView view in stream.Views)
        {
            ModelViewCounters fates = view.Counters;
            text.Append(
                CultureInfo.InvariantCulture,
                $"view {view.Definition.Name} {fates.Applied} {fates.Filtered} {fates.Late} {fates.LateAfterIdle} ");
            text.Append(CultureInfo.InvariantCulture, $"{fates.LateOnJoin} {fates.OverLimit}\n");
        }
    }

    private static string Bits(double value) =>
        BitConverter.DoubleToInt64Bits(value == 0 ? 0.0 : value).ToString("x16", CultureInfo.InvariantCulture);
}
