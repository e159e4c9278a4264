using System.Text.Json.Nodes;

namespace FastStream.Tests.Cli;

/// <summary>Goal: serve, stream, view, send, advance, query, drop, verify and digest work on each other, as a newcomer uses them.</summary>
public sealed class ToolDialogueTests
{
    [Fact]
    public async Task AFileIsServedSentAskedForAndVerified()
    {
        using SourceFolder folder = new();
        string file = folder.Write("taxi.csv", "time,city,fare\n" + string.Concat(Enumerable.Range(0, 600).Select(
            i => $"2024-05-01T{10 + (i / 200)}:{i % 60:00}:00Z,{(i % 2 == 0 ? "Rome" : "Oslo")},{i}\n")));
        string digest;
        string data;
        await using (ToolServer server = await ToolServer.StartAsync())
        {
            data = server.Data;
            await OkAsync(server, "stream", "add", "taxi", "text (fare)", "--http", "HTTP");
            await OkAsync(server, "view", "add", "taxi", "hourly", "tumbling 1h late 1h by key: count, mean(fare)", "--http", "HTTP");
            JsonObject sent = Line(await OkAsync(server, "send", file, "--json", "--port", "PORT"));
            Assert.Equal(600, (int)sent["acked"]!);
            await OkAsync(server, "advance", "--stream", "taxi", "--http", "HTTP");

            string windows = await OkAsync(server, "query", "windows", "--stream", "taxi", "--view", "hourly", "--json", "--http", "HTTP");
            Assert.Equal(6, windows.Split('\n').Length);
            JsonObject first = JsonNode.Parse(windows.Split('\n')[0])!.AsObject();
            Assert.Equal(("2024-05-01T10:00:00Z", 100, "closed"), ((string)first["start"]!, (int)first["count"]!, (string)first["state"]!));
            string rome = await OkAsync(server, "query", "windows", "--view", "hourly", "--key", "Rome", "--from", "2024-05-01T11:00:00Z",
                "--csv", "--http", "HTTP");
            Assert.Equal(["start,end,key,count,mean(fare),state,revision",
                "2024-05-01T11:00:00Z,2024-05-01T12:00:00Z,Rome,100,299,closed,0",
                "2024-05-01T12:00:00Z,2024-05-01T13:00:00Z,Rome,100,499,closed,0"], rome.Split('\n'));

            Assert.Contains("\"balanced\":true", await OkAsync(server, "query", "ledger", "--json", "--http", "HTTP"));
            Assert.Contains("taxi.csv", await OkAsync(server, "query", "producers", "--json", "--http", "HTTP"));
            Assert.Equal(2, (await OkAsync(server, "view", "list", "taxi", "--json", "--http", "HTTP")).Split('\n').Length);
            await OkAsync(server, "view", "drop", "taxi", "1m", "--http", "HTTP");
            Assert.Equal("hourly", (string)Line(await OkAsync(server, "query", "views", "--json", "--http", "HTTP"))["name"]!);
            Assert.Equal(0, await server.StopAsync());

            Assert.Equal(0, (await server.RunAsync("verify", data)).Code);
            digest = await OkAsync(server, "digest", data);
            Assert.Equal(digest, await OkAsync(server, "digest", data));
        }

        Assert.Matches("^[0-9a-f]{64}$", digest);
    }

    [Fact]
    public async Task RefusedRecordsAreShownWithTheRuleThatRefusedThem()
    {
        using SourceFolder folder = new();
        string file = folder.Write("taxi.csv", "time,city,fare\n2024-05-01T10:00:00Z,Rome,5\n2024-05-01T10:00:01Z,Oslo,500\n");
        await using ToolServer server = await ToolServer.StartAsync();
        await OkAsync(server, "stream", "add", "taxi", "text (fare) rules: range fare 0..100", "--http", "HTTP");
        Assert.Equal("", await OkAsync(server, "query", "refusals", "--stream", "taxi", "--json", "--http", "HTTP"));
        await OkAsync(server, "send", file, "--json", "--port", "PORT");

        JsonObject row = Line(await OkAsync(server, "query", "refusals", "--stream", "taxi", "--json", "--http", "HTTP"));
        Assert.Equal("range fare 0..100", (string)row["rule"]!);
        Assert.Equal(("Oslo", "2024-05-01T10:00:01Z", 500), ((string)row["key"]!, (string)row["time"]!, (int)row["value"]!));

        (int code, string _, string error) = await server.RunAsync("query", "refusals", "--http", "HTTP");
        Assert.Equal(2, code);
        Assert.Contains("--stream", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasSentToAServerThatKeepsNothingIsNeverCalledDurable()
    {
        using SourceFolder folder = new();
        string file = folder.Write("taxi.csv", "time,city,fare\n2024-05-01T10:00:00Z,Rome,5\n");
        await using ToolServer server = await ToolServer.StartAsync(ephemeral: true);
        await OkAsync(server, "stream", "add", "s", "u64 (v)", "--http", "HTTP");
        await OkAsync(server, "stream", "add", "taxi", "text (fare)", "--http", "HTTP");

        JsonObject load = Line(await OkAsync(server, "generate", "--stream", "s", "--frames", "2", "--records", "10", "--ack", "durable",
            "--json", "--port", "PORT"));
        Assert.Equal(("applied", 2), ((string)load["ackLevel"]!, (int)load["acked"]!));
        JsonObject sent = Line(await OkAsync(server, "send", file, "--ack", "durable", "--json", "--port", "PORT"));
        Assert.Equal(("applied", 1), ((string)sent["ackLevel"]!, (int)sent["acked"]!));
    }

    private static async Task<string> OkAsync(ToolServer server, params string[] args)
    {
        (int code, string output, string error) = await server.RunAsync(args);
        Assert.True(code == 0, $"{string.Join(' ', args)} ended with {code}: {error}");
        return output;
    }

    private static JsonObject Line(string text)
    {
        return JsonNode.Parse(text)!.AsObject();
    }
}
