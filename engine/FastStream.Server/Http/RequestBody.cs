using System.Text.Json;
using FastStream.Engine.Definitions;
using FastStream.Server.Configuration;
using FastStream.Server.Questions;
using Microsoft.AspNetCore.Http;

namespace FastStream.Server.Http;

/// <summary>The JSON object of a POST: known properties only, each of its type.</summary>
internal sealed class RequestBody : IDisposable
{
    private const long MaxBytes = 1 << 20;

    private readonly JsonDocument _document;

    private RequestBody(JsonDocument document) => _document = document;

    public static async Task<RequestBody> ReadAsync(HttpRequest request, params string[] names)
    {
        if (!request.HasJsonContentType())
        {
            throw QuestionException.BadRequest(
                $"Content-Type \"{request.ContentType}\" is not taken: send application/json");
        }

        if (request.ContentLength > MaxBytes)
        {
            throw QuestionException.BadRequest(
                $"a body of {request.ContentLength} bytes is too long: keep to {MaxBytes}");
        }

        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(request.Body).ConfigureAwait(false);
        }
        catch (JsonException fault)
        {
            throw QuestionException.BadRequest($"the body is not JSON: {fault.Message}");
        }

        RequestBody body = new(document);
        try
        {
            body.Check(names);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public string Get(string name) => Find(name)
        ?? throw QuestionException.BadRequest($"\"{name}\" is missing in the body: add \"{name}\": \"...\"");

    /// <summary>A text, or null when it is not there.</summary>
    public string? Find(string name)
    {
        if (!_document.RootElement.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(), // times may be numbers
            _ => throw QuestionException.BadRequest($"\"{name}\" in the body is {value.GetRawText()}: write a text"),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private void Check(string[] names)
    {
        if (!JsonTexts.AreReadable(_document.RootElement))
        {
            throw QuestionException.BadRequest($"the body: {JsonTexts.Fault}: correct it");
        }

        if (_document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw QuestionException.BadRequest("the body is no JSON object: send {...}");
        }

        foreach (JsonProperty property in _document.RootElement.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                throw QuestionException.BadRequest(
                    $"\"{property.Name}\" in the body is not known{NearestWord.Hint(property.Name, names)}: there are "
                    + string.Join(", ", names));
            }
        }
    }
}
