using System.Text.Json.Nodes;

namespace FastStream.Cli.Output;

/// <summary>Flattens windows: one row each, the aggregates by name.</summary>
internal static class WindowRows
{
    public static List<JsonObject> From(JsonObject windows)
    {
        List<string> aggregates = [.. windows["aggregates"]!.AsArray().Select(a => (string)a!)];
        return [.. windows["rows"]!.AsArray().Select(row => Flatten(row!, aggregates))];
    }

    private static JsonObject Flatten(JsonNode row, List<string> aggregates)
    {
        JsonObject flat = new()
        {
            ["start"] = row["start"]!.DeepClone(),
            ["end"] = row["end"]!.DeepClone(),
            ["key"] = row["key"]?.DeepClone(),
        };
        JsonArray values = row["values"]!.AsArray();
        for (int i = 0; i < aggregates.Count; i++)
        {
            flat[aggregates[i]] = values[i]?.DeepClone();
        }

        flat["state"] = row["state"]!.DeepClone();
        flat["revision"] = row["revision"]?.DeepClone();
        return flat;
    }
}
