using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Server;
using FastStream.TestKit.Processes;
using Microsoft.Extensions.Logging;

namespace FastStream.Tests.Server;

/// <summary>A real server on free ports and a folder of its own, with a client for its HTTP port.</summary>
internal sealed class ServerHarness : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private HttpClient _http = null!;

    private ServerHarness()
    {
    }

    public ServerHost Host { get; private set; } = null!;

    public HttpClient Http => _http;

    public static async Task<ServerHarness> StartAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        ServerHarness harness = new();
        ServerOptions options = OptionsFor(harness._folder.FullPath);
        harness.Host = await ServerHost.StartAsync(change is null ? options : change(options));
        harness._http = ClientFor(harness.Host.HttpPort);
        return harness;
    }

    public static ServerOptions OptionsFor(string folder) => new()
    {
        Engine = new IngestionEngineOptions { DataDirectory = folder, Partitions = 2 },
        Frames = new FrameListenerOptions { Port = 0 },
        HttpPort = 0,
        LogLevel = LogLevel.None,
    };

    public static HttpClient ClientFor(int port) => new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    public Task<(int Status, JsonElement Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<(int Status, JsonElement Body)> PostAsync(string path, string body) =>
        SendAsync(HttpMethod.Post, path, body);

    public Task<(int Status, JsonElement Body)> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await ReadAsync(response));
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    /// <summary>A success, or a failed test with the server's line.</summary>
    public async Task<JsonElement> GetSoundAsync(string path)
    {
        (int status, JsonElement body) = await GetAsync(path);
        Assert.True(status == 200, $"{path}: {status} {body}");
        return body;
    }

    public async Task<JsonElement> PostSoundAsync(string path, string json)
    {
        (int status, JsonElement body) = await PostAsync(path, json);
        Assert.True(status == 200, $"{path}: {status} {body}");
        return body;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
