using System.Text.Json;

namespace FastStream.Engine.Definitions;

/// <summary>
/// JSON may hold what is no text: bytes that are not UTF-8, or half of a surrogate pair. The reader throws only when
/// such a text is taken out, so whoever takes texts out of untrusted JSON asks here first.
/// </summary>
internal static class JsonTexts
{
    /// <summary>What to say when there is one.</summary>
    public const string Fault = "a text is not Unicode (half a surrogate pair, or bytes that are not UTF-8)";

    /// <summary>Whether every name and every text can be read.</summary>
    public static bool AreReadable(JsonElement element)
    {
        try
        {
            Read(element);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // No deeper than the document's own limit of 64 levels.
    private static void Read(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            _ = element.GetString();
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                Read(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                _ = property.Name;
                Read(property.Value);
            }
        }
    }
}
