using System.Text.Json;
using FastStream.Engine.Monitoring;

namespace FastStream.Tests.Server;

/// <summary>
/// Keeps openapi.json true: every path in it is called with its own examples and every answer fits its schema.
/// </summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task EveryPathOfTheDescriptionAnswersAsItSays()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        JsonElement page = await server.GetSoundAsync("/openapi.json");
        JsonElement schemas = page.GetProperty("components").GetProperty("schemas");
        foreach (string method in new[] { "post", "get", "delete" }) // so that what is asked for is there
        {
            foreach (JsonProperty path in page.GetProperty("paths").EnumerateObject())
            {
                if (path.Value.TryGetProperty(method, out JsonElement operation))
                {
                    await CallAsync(server, method, path.Name, operation, schemas);
                }
            }
        }
    }

    [Fact]
    public async Task TheMetricsShowEveryCounter()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        await HttpApiTests.SendAsync(server, frames: 2, records: 10);
        string page = await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        string[] lines = page.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(EngineCounterCatalog.All, counter =>
            Assert.Contains(
                lines, line => line.StartsWith($"faststream_{counter.Label}_total ", StringComparison.Ordinal)));
        Assert.Contains("faststream_frames_received_total 2", lines);
        Assert.Contains("faststream_records_journaled_total 20", lines);
        Assert.Contains("faststream_records_prepared_total 20", lines);
        Assert.DoesNotContain("faststream_journal_entries_appended_total 0", lines);
        Assert.DoesNotContain("faststream_journal_commits_total 0", lines);
        Assert.Contains("# TYPE faststream_connections gauge", lines);
        Assert.Equal(
            lines.Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal)),
            lines.Count(line => line[0] != '#'));
    }

    private static async Task CallAsync(
        ServerHarness server, string method, string path, JsonElement operation, JsonElement schemas)
    {
        List<string> query = [];
        if (operation.TryGetProperty("parameters", out JsonElement parameters))
        {
            foreach (JsonElement parameter in parameters.EnumerateArray())
            {
                string name = parameter.GetProperty("name").GetString()!;
                string example = Uri.EscapeDataString(parameter.GetProperty("example").GetString()!);
                if (parameter.GetProperty("in").GetString() == "path")
                {
                    path = path.Replace($"{{{name}}}", example, StringComparison.Ordinal);
                }
                else if (name != "key") // no record has come
                {
                    query.Add($"{name}={example}");
                }
            }
        }

        string? body = operation.TryGetProperty("requestBody", out JsonElement request)
            ? request.GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText()
            : null;
        string address = query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
        JsonElement content = operation.GetProperty("responses").GetProperty("200").GetProperty("content");
        if (!content.TryGetProperty("application/json", out JsonElement json))
        {
            Assert.NotEmpty(await server.Http.GetStringAsync(new Uri(address, UriKind.Relative)));
            return;
        }

        (int status, JsonElement answer) =
            await server.SendAsync(new HttpMethod(method.ToUpperInvariant()), address, body);
        Assert.True(status == 200, $"{method} {address}: {status} {answer}");
        Check(answer, json.GetProperty("schema"), schemas, $"{method} {address}");
    }

    private static void Check(JsonElement value, JsonElement schema, JsonElement schemas, string where)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            Check(value, schemas.GetProperty(reference.GetString()!.Split('/')[^1]), schemas, where);
            return;
        }

        JsonElement type = schema.GetProperty("type");
        string[] types = type.ValueKind == JsonValueKind.Array
            ? [.. type.EnumerateArray().Select(t => t.GetString()!)]
            : [type.GetString()!];
        Assert.True(types.Any(t => IsOf(value, t)), $"{where}: {value} is none of {string.Join(", ", types)}");
        if (schema.TryGetProperty("enum", out JsonElement words))
        {
            Assert.Contains(value.GetString(), words.EnumerateArray().Select(word => word.GetString()));
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(item, schema.GetProperty("items"), schemas, where + "[]");
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            CheckObject(value, schema, schemas, where);
        }
    }

    private static void CheckObject(JsonElement value, JsonElement schema, JsonElement schemas, string where)
    {
        if (schema.TryGetProperty("required", out JsonElement required))
        {
            Assert.All(required.EnumerateArray(), name =>
                Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{where}: no {name} in {value}"));
        }

        if (!schema.TryGetProperty("additionalProperties", out JsonElement others))
        {
            return;
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out JsonElement known)
                && known.TryGetProperty(property.Name, out JsonElement own))
            {
                Check(property.Value, own, schemas, $"{where}.{property.Name}");
            }
            else
            {
                Assert.True(others.ValueKind == JsonValueKind.Object, $"{where}: {property.Name} is not described");
                Check(property.Value, others, schemas, $"{where}.{property.Name}");
            }
        }
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
