using FastStream.Server.Questions;
using Microsoft.AspNetCore.Http;

namespace FastStream.Server.Http;

/// <summary>Writes answers as JSON.</summary>
internal static class HttpAnswers
{
    public const string ContentType = "application/json; charset=utf-8";

    public static async Task WriteAsync(HttpResponse response, JsonAnswer answer)
    {
        response.ContentType = ContentType;
        await answer.WriteObjectAsync(async bytes => await response.BodyWriter.WriteAsync(bytes).ConfigureAwait(false))
            .ConfigureAwait(false);
    }
}
