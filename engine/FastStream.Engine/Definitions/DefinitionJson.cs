using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace FastStream.Engine.Definitions;

/// <summary>
/// Streams and views in JSON, as configuration holds them; the definitions themselves are in text form:
/// <c>{"flights": {"definition": "text (delay)", "views": {"by-origin": "tumbling 1h by key: count"}}}</c>.
/// A stream without <c>views</c> gets the default view <c>1m</c>, one with an empty object gets none.
/// </summary>
public static class DefinitionJson
{
    /// <summary>Writes streams with their views, in a form that reads back as equal ones.</summary>
    public static string Write(IEnumerable<StreamDefinition> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            foreach (StreamDefinition stream in streams)
            {
                writer.WriteStartObject(stream.Name);
                writer.WriteString("definition", stream.Text);
                writer.WriteStartObject("views");
                foreach (ViewDefinition view in stream.DefaultViews)
                {
                    writer.WriteString(view.Name, view.Text);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Reads streams; adds one line for each fault and leaves out what has one.</summary>
    public static ImmutableArray<StreamDefinition> Read(string json, ICollection<string> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(document.RootElement, faults);
        }
        catch (JsonException e)
        {
            faults.Add($"streams: not JSON: {e.Message.ReplaceLineEndings(" ")}");
            return [];
        }
    }

    /// <summary>Reads streams of an object that is part of a larger document; faults as with text.</summary>
    public static ImmutableArray<StreamDefinition> Read(JsonElement streams, ICollection<string> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (streams.ValueKind != JsonValueKind.Object)
        {
            faults.Add("streams: write an object {\"NAME\": {\"definition\": \"u64 (value)\"}}");
            return [];
        }

        if (!JsonTexts.AreReadable(streams))
        {
            faults.Add($"streams: {JsonTexts.Fault}: correct it");
            return [];
        }

        ImmutableArray<StreamDefinition>.Builder read = ImmutableArray.CreateBuilder<StreamDefinition>();
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonProperty property in streams.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                faults.Add($"stream \"{property.Name}\": stands twice: remove one");
            }
            else if (ReadStream(property, faults) is StreamDefinition stream)
            {
                read.Add(stream);
            }
        }

        return read.ToImmutable();
    }

    private static StreamDefinition? ReadStream(JsonProperty property, ICollection<string> faults)
    {
        string? definition = null;
        JsonElement? views = null;
        string what = $"stream \"{property.Name}\"";
        if (property.Value.ValueKind == JsonValueKind.String)
        {
            definition = property.Value.GetString();
        }
        else if (property.Value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty part in property.Value.EnumerateObject())
            {
                switch (part.Name)
                {
                    case "definition" when part.Value.ValueKind == JsonValueKind.String:
                        definition = part.Value.GetString();
                        break;
                    case "views" when part.Value.ValueKind == JsonValueKind.Object:
                        views = part.Value;
                        break;
                    default:
                        faults.Add($"{what}: \"{part.Name}\" cannot be here: use definition (text) and views (object)");
                        break;
                }
            }
        }

        if (definition is null)
        {
            faults.Add($"{what}: no definition: write \"definition\": \"u64 (value)\"");
            return null;
        }

        int before = faults.Count;
        StreamDefinition? stream = Try(() => StreamDefinition.Parse(property.Name, definition), faults);
        if (stream is null)
        {
            return null;
        }

        stream = stream with
        {
            DefaultViews = views is null ? [ViewDefinition.DefaultFor(stream)] : ReadViews(stream, views.Value, faults),
        };
        return faults.Count > before || !Holds(stream, faults) ? null : stream;
    }

    private static ImmutableArray<ViewDefinition> ReadViews(
        StreamDefinition stream, JsonElement views, ICollection<string> faults)
    {
        ImmutableArray<ViewDefinition>.Builder read = ImmutableArray.CreateBuilder<ViewDefinition>();
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonProperty property in views.EnumerateObject())
        {
            string what = $"stream \"{stream.Name}\": view \"{property.Name}\"";
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                faults.Add($"{what}: write its text form, such as \"tumbling 1h by key: count\"");
            }
            else if (!names.Add(property.Name))
            {
                faults.Add($"{what}: stands twice: remove one");
            }
            else if (Try(() => ReadView(stream, property), faults) is ViewDefinition view)
            {
                read.Add(view);
            }
        }

        return read.ToImmutable();
    }

    private static ViewDefinition ReadView(StreamDefinition stream, JsonProperty property)
    {
        ViewDefinition view = ViewDefinition.Parse(stream.Name, property.Name, property.Value.GetString()!);
        view.Validate(stream);
        return view;
    }

    private static bool Holds(StreamDefinition stream, ICollection<string> faults) =>
        Try(
            () =>
            {
                stream.Validate();
                return stream;
            },
            faults) is not null;

    private static T? Try<T>(Func<T> read, ICollection<string> faults)
        where T : class
    {
        try
        {
            return read();
        }
        catch (DefinitionException e)
        {
            faults.Add(e.Message);
            return null;
        }
    }
}
