using System.Text.Json;
using FastStream.Server.Questions;
using Microsoft.AspNetCore.Http;

namespace FastStream.Server.Http;

/// <summary>Writes the one shape that every answer without success has.</summary>
internal static class HttpErrors
{
    public static Task WriteAsync(HttpResponse response, QuestionException fault)
    {
        if (response.HasStarted)
        {
            // Half an answer is out: breaking off is the only way left to say that it is not whole.
            response.HttpContext.Abort();
            return Task.CompletedTask;
        }

        response.Clear();
        response.StatusCode = fault.Status;
        response.ContentType = HttpAnswers.ContentType;
        using (Utf8JsonWriter json = new(response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("code", fault.Code);
            json.WriteString("message", fault.Message.ReplaceLineEndings(" "));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return response.CompleteAsync();
    }
}
