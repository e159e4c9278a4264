using System.Text;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FastStream.Cli.Http;

/// <summary>Talks to a server's HTTP port; every failure comes back as one line and an exit code.</summary>
internal sealed class ServerClient : IDisposable
{
    private readonly HttpClient _http;

    public ServerClient(string host, int port)
    {
        Address = $"http://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}";
        _http = new HttpClient { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(100) };
    }

    public string Address { get; }

    public async Task<JsonObject> GetAsync(string path, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        return await SendAsync(request, stop);
    }

    public async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        return await SendAsync(request, stop);
    }

    public async Task<JsonObject> DeleteAsync(string path, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Delete, path);
        return await SendAsync(request, stop);
    }

    /// <summary>Null when nothing answers; else the status of /health/ready.</summary>
    public async Task<string?> TryReadinessAsync(CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync("/health/ready", stop);
            JsonNode? body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(stop));
            return (string?)body?["status"];
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
    }

    /// <summary>A path with query parameters; those that are null are left out.</summary>
    public static string Path(string path, params (string Name, string? Value)[] query)
    {
        IEnumerable<string> parts = query.Where(q => q.Value is not null)
            .Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}");
        string joined = string.Join('&', parts);
        return joined.Length == 0 ? path : $"{path}?{joined}";
    }

    private async Task<JsonObject> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, stop);
        }
        catch (HttpRequestException error)
            when (error.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse)
        {
            throw new CommandFailure(ExitCode.Failed,
                $"{Address} answers, but not HTTP; is that the port for frames? name the one for HTTP with --http",
                    error);
        }
        catch (HttpRequestException error)
        {
            bool refused = error.InnerException is null
                or SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            string why = refused ? "nothing listens there" : error.InnerException!.Message;
            throw new CommandFailure(ExitCode.CannotConnect,
                $"cannot reach {Address}: {why}; start a server with \"faststream serve --data DIR\" or name "
                    + "its port with --http",
                error);
        }
        catch (TaskCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCode.Failed, $"{Address} did not answer within "
                + $"{_http.Timeout.TotalSeconds} s", error);
        }

        using (answer)
        {
            string text = await answer.Content.ReadAsStringAsync(stop);
            JsonObject? body = Parse(text);
            if (answer.IsSuccessStatusCode && body is not null)
            {
                return body;
            }

            throw Failure(body, (int)answer.StatusCode);
        }
    }

    private CommandFailure Failure(JsonObject? body, int status)
    {
        if (body?["error"] is not JsonObject error)
        {
            return new CommandFailure(ExitCode.Failed,
                $"{Address} answered {status} and no FastStream JSON; is that the port of another program? name the "
                    + "right one with --http");
        }

        string code = (string?)error["code"] ?? "";
        string message = (string?)error["message"] ?? "no reason given";
        ExitCode exit = code switch
        {
            "DISK_FULL" => ExitCode.DiskFull,
            "WRONG_VERSION" => ExitCode.WrongVersion,
            _ => ExitCode.Failed,
        };
        return new CommandFailure(exit, message);
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
