using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FastStream.Protocol;
using FastStream.Tests.Ingress.Tcp;

namespace FastStream.Tests.Server;

/// <summary>The paths of HTTP.md on a running server: what they answer, what they change, how they refuse.</summary>
public sealed class HttpApiTests
{
    private const string Definition = "u64 (value) rules: range value 0..90";

    [Fact]
    public async Task WhatWasSentOverFramesIsAnsweredOverHttp()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        await SendAsync(server, frames: 3, records: 1_000);

        JsonElement advanced = await server.PostSoundAsync("/v1/streams/s/advance", "{}");
        Assert.Equal("s", advanced.GetProperty("stream").GetString());
        Assert.True(advanced.GetProperty("address").GetInt64() > 0);

        JsonElement windows = await server.GetSoundAsync("/v1/windows?stream=s&view=1m&key=2");
        Assert.Equal(["count", "sum(value)", "min(value)", "max(value)", "mean(value)"], Names(windows, "aggregates"));
        JsonElement row = Assert.Single(windows.GetProperty("rows").EnumerateArray());
        Assert.Equal("2023-11-14T22:13:00Z", row.GetProperty("start").GetString());
        Assert.Equal("2023-11-14T22:14:00Z", row.GetProperty("end").GetString());
        Assert.Equal("2", row.GetProperty("key").GetString());
        Assert.Equal("closed", row.GetProperty("state").GetString());
        Assert.Equal(row.GetProperty("count").GetInt64(), row.GetProperty("values")[0].GetInt64());
        Assert.False(windows.GetProperty("more").GetBoolean());

        JsonElement ledger = await server.GetSoundAsync("/v1/ledger?stream=s");
        Assert.True(ledger.GetProperty("balanced").GetBoolean(), ledger.ToString());
        Assert.Equal(3, ledger.GetProperty("session").GetProperty("received").GetInt64());
        JsonElement stream = ledger.GetProperty("streams")[0];
        Assert.Equal(3_000, stream.GetProperty("journaledRecords").GetInt64());
        Assert.Equal(270, stream.GetProperty("refused").GetProperty("range value 0..90").GetInt64());

        JsonElement refusals = (await server.GetSoundAsync("/v1/streams/s/refusals")).GetProperty("refusals");
        Assert.Equal("range value 0..90", refusals[0].GetProperty("rule").GetString());
        Assert.Equal(10, refusals[0].GetProperty("samples").GetArrayLength());

        JsonElement producer = (await server.GetSoundAsync("/v1/producers?stream=s")).GetProperty("producers")[0];
        Assert.Equal("p", producer.GetProperty("name").GetString());
        Assert.Equal(3, producer.GetProperty("lastSequence").GetInt32());
        JsonElement view = (await server.GetSoundAsync("/v1/views?stream=s")).GetProperty("views")[0];
        Assert.Equal(0, view.GetProperty("openWindows").GetInt32());
        Assert.Equal(1, view.GetProperty("closedWindows").GetInt32());
        Assert.Equal(64, (await server.GetSoundAsync("/v1/digest")).GetProperty("digest").GetString()!.Length);
        JsonElement info = await server.GetSoundAsync("/v1/info");
        Assert.Equal(server.Host.FramePort, info.GetProperty("framePort").GetInt32());
    }

    [Fact]
    public async Task OpenWindowsAreShownWhenAskedForAndALimitSaysThatThereIsMore()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        await SendAsync(server, frames: 1, records: 100);
        Assert.Empty((await server.GetSoundAsync("/v1/windows?stream=s&view=1m")).GetProperty("rows").EnumerateArray());
        JsonElement open = await server.GetSoundAsync("/v1/windows?stream=s&view=1m&open=true&limit=2");
        Assert.Equal(2, open.GetProperty("rows").GetArrayLength());
        Assert.Equal("open", open.GetProperty("rows")[0].GetProperty("state").GetString());
        Assert.True(open.GetProperty("more").GetBoolean());
        JsonElement stream = await server.GetSoundAsync("/v1/streams/s");
        Assert.Equal(4, stream.GetProperty("keys").GetInt32());
    }

    [Fact]
    public async Task AStreamAndItsViewsAreMadeChangedAndDropped()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        string stream = """{"name":"flights","definition":"text (delay)"}""";
        JsonElement made = await server.PostSoundAsync("/v1/streams", stream);
        Assert.Equal(["1m"], Names(made, "views"));
        Assert.Equal(JsonValueKind.Null, made.GetProperty("watermark").ValueKind);
        await server.PostSoundAsync("/v1/streams", stream);
        await server.PostSoundAsync("/v1/streams", """{"name":"flights","definition":"text (delay, distance)"}""");

        string view = """{"stream":"flights","name":"v","definition":"tumbling 1h by key: count, mean(delay)"}""";
        string other = view.Replace("1h", "2h", StringComparison.Ordinal);
        JsonElement added = await server.PostSoundAsync("/v1/views", view);
        Assert.Equal(["count", "mean(delay)"], Names(added, "aggregates"));
        await server.PostSoundAsync("/v1/views", view);
        await AssertRefused(server.PostAsync("/v1/views", other), 409, "VIEW_EXISTS");
        (int status, JsonElement dropped) = await server.DeleteAsync("/v1/streams/flights/views/v");
        Assert.Equal((200, "v"), (status, dropped.GetProperty("dropped").GetString()));
        await AssertRefused(server.DeleteAsync("/v1/streams/flights/views/v"), 404, "UNKNOWN_VIEW");
        await AssertRefused(
            server.PostAsync("/v1/streams", """{"name":"flights","definition":"u64 (delay)"}"""),
            409,
            "SCHEMA_CONFLICT");
    }

    [Theory]
    [InlineData("/v1/windows?stream=nosuch&view=1m", 404, "UNKNOWN_STREAM", "nosuch")]
    [InlineData("/v1/windows?stream=s&view=nosuch", 404, "UNKNOWN_VIEW", "1m")]
    [InlineData("/v1/windows?stream=s&view=1m&from=yesterday", 400, "BAD_TIME", "yesterday")]
    [InlineData("/v1/windows?stream=s&view=1m&limit=0", 400, "BAD_REQUEST", "1..1000000")]
    [InlineData("/v1/windows?stream=s&view=1m&form=2001-01-01", 400, "BAD_REQUEST", "did you mean \"from\"")]
    [InlineData("/v1/windows?stream=s&view=1m&key=ORD", 400, "BAD_REQUEST", "u64")]
    [InlineData("/v1/windows?view=1m", 400, "BAD_REQUEST", "\"stream\" is missing")]
    [InlineData("/v1/leger", 404, "UNKNOWN_PATH", "did you mean \"ledger\"")]
    [InlineData("/nothing", 404, "UNKNOWN_PATH", "/nothing")]
    public async Task AWrongQuestionIsRefusedByNameInOneLine(string path, int status, string code, string part)
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        await server.PostSoundAsync("/v1/streams", $$"""{"name":"s","definition":"{{Definition}}"}""");
        string message = await AssertRefused(server.GetAsync(path), status, code);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/streams", """{"name":"../etc","definition":"u64 (v)"}""", "BAD_NAME")]
    [InlineData("/v1/streams", """{"name":"a","definition":"u32 (v)"}""", "BAD_DEFINITION")]
    [InlineData("/v1/streams", """{"name":"a"}""", "BAD_REQUEST")]
    [InlineData("/v1/streams", """{"nam":"a","definition":"u64 (v)"}""", "BAD_REQUEST")]
    [InlineData("/v1/streams", """not json""", "BAD_REQUEST")]
    [InlineData("/v1/streams", """{"name":"a","definition":"\ud800"}""", "BAD_REQUEST")]
    [InlineData("/v1/views", """{"stream":"s","name":"v","definition":"tumbling 1h: max(no)"}""", "BAD_DEFINITION")]
    [InlineData("/v1/streams/s/advance", """{"to":"soon"}""", "BAD_TIME")]
    public async Task AWrongOrderIsRefusedByNameInOneLine(string path, string body, string code)
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        await server.PostSoundAsync("/v1/streams", $$"""{"name":"s","definition":"{{Definition}}"}""");
        await AssertRefused(server.PostAsync(path, body), 400, code);
    }

    [Fact]
    public async Task AnotherHostNameAndAnotherContentTypeAreRefused()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        using HttpRequestMessage rebound = new(HttpMethod.Get, "/v1/streams");
        rebound.Headers.Host = "attacker.example";
        using HttpResponseMessage answer = await server.Http.SendAsync(rebound);
        Assert.Equal(400, (int)answer.StatusCode);

        using StringContent form = new("{}", Encoding.UTF8, new MediaTypeHeaderValue("text/plain"));
        using HttpResponseMessage refused = await server.Http.PostAsync(new Uri("/v1/streams", UriKind.Relative), form);
        Assert.Equal(400, (int)refused.StatusCode);
        string text = await refused.Content.ReadAsStringAsync();
        Assert.Contains("application/json", text, StringComparison.Ordinal);
    }

    internal static async Task SendAsync(ServerHarness server, int frames, int records)
    {
        await server.PostSoundAsync("/v1/streams", $$"""{"name":"s","definition":"{{Definition}}"}""");
        using FrameClient client = await FrameClient.OpenAsync(server.Host.FramePort, level: AckLevel.Durable);
        await client.SendAsync(
            Enumerable.Range(1, frames).SelectMany(n => DataFrames.Data((ulong)n, records)).ToArray());
        await client.ReadAcksAsync((ulong)frames);
    }

    private static async Task<string> AssertRefused(Task<(int Status, JsonElement Body)> asked, int status, string code)
    {
        (int actual, JsonElement body) = await asked;
        Assert.True(body.TryGetProperty("error", out JsonElement error), $"{actual} {body}");
        Assert.Equal((status, code), (actual, error.GetProperty("code").GetString()));
        string message = error.GetProperty("message").GetString()!;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static string[] Names(JsonElement body, string property) =>
        [.. body.GetProperty(property).EnumerateArray().Select(name => name.GetString()!)];
}
