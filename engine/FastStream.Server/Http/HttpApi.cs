using System.Net;
using FastStream.Server.Questions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace FastStream.Server.Http;

/// <summary>The paths of HTTP.md.</summary>
internal sealed class HttpApi(ServerHealth health, ILogger log)
{
    /// <summary>The description that is served; a test calls every path in it.</summary>
    public const string OpenApiResource = "openapi.json";

    public void Map(WebApplication app)
    {
        app.Use(GuardAsync);
        app.MapGet("/health", HealthAsync);
        app.MapGet("/health/live", context => HttpAnswers.WriteAsync(
            context.Response, new JsonAnswer { Head = json => json.WriteString("status", "live") }));
        app.MapGet("/health/ready", ReadyAsync);
        app.MapGet("/metrics", MetricsAsync);
        app.MapGet("/openapi.json", OpenApiAsync);
        app.MapPost("/v1/streams", DefineStreamAsync);
        app.MapPost("/v1/views", AddViewAsync);
        app.MapDelete("/v1/streams/{stream}/views/{view}", DropViewAsync);
        app.MapPost("/v1/streams/{stream}/advance", AdvanceAsync);
        app.MapGet("/v1/{**path}", AnswerAsync);
        app.MapFallback(context => throw new QuestionException(
            404,
            "UNKNOWN_PATH",
            $"there is nothing for {context.Request.Method} at \"{context.Request.Path}\": see HTTP.md or "
            + "/openapi.json"));
    }

    // Every refusal and every fault leaves as one line of JSON.
    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            CheckHost(context.Request);
            await next(context).ConfigureAwait(false);
        }
        catch (QuestionException fault)
        {
            await HttpErrors.WriteAsync(context.Response, fault).ConfigureAwait(false);
        }
        catch (BadHttpRequestException fault)
        {
            await HttpErrors.WriteAsync(context.Response, QuestionException.BadRequest(fault.Message))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            bool isFaulted = health.Services is EngineServices services
                && ServerHealth.FindFault(services.Engine.Core) is not null;
            QuestionException refusal = isFaulted
                ? new QuestionException(503, "FAULTED", fault.Message)
                : new QuestionException(503, "NOT_READY", "the server is stopping: ask again when it is back");
            await HttpErrors.WriteAsync(context.Response, refusal).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A fault in one answer is told to whoever asked, and logged; the server goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.LogError(fault, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            QuestionException failed = new(
                500, "FAILED", $"the server failed to answer: {fault.Message}; see its log");
            await HttpErrors.WriteAsync(context.Response, failed).ConfigureAwait(false);
        }
    }

    // A page in a browser may be made to send requests here under a name of its own: only names of this machine count.
    private static void CheckHost(HttpRequest request)
    {
        string host = request.Host.Host.Trim('[', ']');
        bool isLocal = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
        if (!isLocal)
        {
            throw QuestionException.BadRequest($"Host \"{request.Host}\" is not this machine: ask at 127.0.0.1");
        }
    }

    // Both in one body, for whoever looks at one address only: the status is that of readiness.
    private async Task HealthAsync(HttpContext context)
    {
        (int status, JsonAnswer ready) = await health.ReadyAsync().ConfigureAwait(false);
        context.Response.StatusCode = status;
        JsonAnswer both = new()
        {
            Head = json =>
            {
                json.WriteBoolean("live", true);
                json.WriteBoolean("ready", status == 200);
                ready.Head?.Invoke(json);
            },
        };
        await HttpAnswers.WriteAsync(context.Response, both).ConfigureAwait(false);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        (int status, JsonAnswer answer) = await health.ReadyAsync().ConfigureAwait(false);
        context.Response.StatusCode = status;
        await HttpAnswers.WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    private async Task MetricsAsync(HttpContext context)
    {
        EngineServices services = health.GetServices();
        context.Response.ContentType = Metrics.MetricsPage.ContentType;
        services.Metrics.Write(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync().ConfigureAwait(false);
    }

    private static async Task OpenApiAsync(HttpContext context)
    {
        context.Response.ContentType = HttpAnswers.ContentType;
        using Stream page = typeof(HttpApi).Assembly.GetManifestResourceStream(OpenApiResource)
            ?? throw new InvalidOperationException($"{OpenApiResource} is not in the assembly.");
        await page.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        Question question = new(
            request.Path.Value ?? "",
            request.Query.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString())));
        JsonAnswer answer = await health.GetServices().Questions.AnswerAsync(question).ConfigureAwait(false);
        await HttpAnswers.WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    private async Task DefineStreamAsync(HttpContext context)
    {
        EngineServices services = health.GetServices();
        using RequestBody body = await RequestBody.ReadAsync(context.Request, "name", "definition")
            .ConfigureAwait(false);
        JsonAnswer answer = await services.Orders.DefineStreamAsync(body.Get("name"), body.Get("definition"))
            .ConfigureAwait(false);
        await HttpAnswers.WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    private async Task AddViewAsync(HttpContext context)
    {
        EngineServices services = health.GetServices();
        using RequestBody body = await RequestBody.ReadAsync(
            context.Request, "stream", "name", "definition").ConfigureAwait(false);
        JsonAnswer answer = await services.Orders.AddViewAsync(
            body.Get("stream"), body.Get("name"), body.Get("definition")).ConfigureAwait(false);
        await HttpAnswers.WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    private async Task DropViewAsync(HttpContext context)
    {
        JsonAnswer answer = await health.GetServices().Orders
            .DropViewAsync(Segment(context, "stream"), Segment(context, "view"))
            .ConfigureAwait(false);
        await HttpAnswers.WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    private async Task AdvanceAsync(HttpContext context)
    {
        EngineServices services = health.GetServices();
        using RequestBody body = await RequestBody.ReadAsync(context.Request, "to").ConfigureAwait(false);
        JsonAnswer answer = await services.Orders.AdvanceAsync(Segment(context, "stream"), body.Find("to"))
            .ConfigureAwait(false);
        await HttpAnswers.WriteAsync(context.Response, answer).ConfigureAwait(false);
    }

    private static string Segment(HttpContext context, string name) => (string)context.GetRouteValue(name)!;
}
