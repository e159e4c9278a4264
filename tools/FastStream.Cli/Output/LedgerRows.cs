using System.Text.Json.Nodes;

namespace FastStream.Cli.Output;

/// <summary>The ledger as rows: each an equation, left side = sum of the parts, and whether it holds.</summary>
internal static class LedgerRows
{
    /// <summary>For machines: the counts as they are, with the level that each row belongs to.</summary>
    public static List<JsonObject> Counts(JsonObject ledger)
    {
        List<JsonObject> rows = [WithLevel("session", ledger["session"]!)];
        rows.AddRange(ledger["streams"]!.AsArray().Select(stream => WithLevel("stream", stream!)));
        rows.AddRange(ledger["views"]!.AsArray().Select(view => WithLevel("view", view!)));
        return rows;
    }

    /// <summary>For people: what equals what.</summary>
    public static List<JsonObject> Equations(JsonObject ledger)
    {
        List<JsonObject> rows = [];
        JsonObject session = ledger["session"]!.AsObject();
        rows.Add(Row("session", null, "frames received", session["received"], session, "received"));
        foreach (JsonNode? stream in ledger["streams"]!.AsArray())
        {
            rows.Add(Row("stream", (string?)stream!["stream"], "records journaled", stream["journaledRecords"],
                stream.AsObject(), "stream", "journaledRecords"));
        }

        foreach (JsonNode? view in ledger["views"]!.AsArray())
        {
            rows.Add(Row("view", $"{view!["stream"]}/{view["view"]}", "records prepared", view["prepared"],
                view.AsObject(), "stream", "view", "prepared", "contributions"));
        }

        return rows;
    }

    private static JsonObject WithLevel(string level, JsonNode counts)
    {
        JsonObject row = new() { ["level"] = level };
        foreach ((string name, JsonNode? value) in counts.AsObject())
        {
            row[name] = value?.DeepClone();
        }

        return row;
    }

    private static JsonObject Row(
        string level, string? name, string left, JsonNode? total, JsonObject parts, params string[] notParts)
    {
        List<string> terms = [];
        foreach ((string part, JsonNode? value) in parts)
        {
            if (value is JsonObject rules)
            {
                terms.AddRange(rules.Select(rule => $"{RowWriter.Show(rule.Value)} refused by \"{rule.Key}\""));
            }
            else if (part != "balanced" && !notParts.Contains(part))
            {
                terms.Add($"{RowWriter.Show(value)} {Words(part)}");
            }
        }

        return new JsonObject
        {
            ["level"] = level,
            ["name"] = name,
            ["left"] = left,
            ["total"] = total?.DeepClone(),
            ["equals"] = string.Join(" + ", terms),
            ["balanced"] = parts["balanced"]?.DeepClone(),
        };
    }

    /// <summary><c>lateAfterIdle</c> reads "late after idle".</summary>
    private static string Words(string name)
    {
        return string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));
    }
}
