using System.Text;
using System.Text.Json;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.Tests.Ingress.Tcp;

namespace FastStream.Tests.Server;

/// <summary>Questions and subscriptions over the port for frames, in the words of HTTP.md.</summary>
public sealed class ConnectionQuestionTests
{
    [Fact]
    public async Task AQueryIsAnsweredInLines()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        await HttpApiTests.SendAsync(server, frames: 1, records: 100);
        using FrameClient client = await AskerAsync(server);
        await client.WriteAsync(o => ClientFrameWriter.WriteQuery(o, 9, "windows?stream=s&view=1m&open=true"));
        List<JsonElement> lines = await ReadLinesAsync(client, 9);
        Assert.Equal("s", lines[0].GetProperty("stream").GetString());
        Assert.Equal(["0", "1", "2", "3"], lines.Skip(1).Select(line => line.GetProperty("key").GetString()));

        await client.WriteAsync(o => ClientFrameWriter.WriteQuery(o, 10, "/v1/ledger"));
        Assert.True(Assert.Single(await ReadLinesAsync(client, 10)).TryGetProperty("session", out _));
    }

    [Fact]
    public async Task AWrongQuestionIsRefusedAndTheConnectionStays()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        using FrameClient client = await AskerAsync(server);
        await client.WriteAsync(o => ClientFrameWriter.WriteQuery(o, 1, "windows?stream=nosuch&view=1m"));
        (ErrorCode code, bool closes, ulong _, ulong _, string text) = (await client.ReadAsync()).Error();
        Assert.Equal((ErrorCode.UnknownStream, false), (code, closes));
        Assert.StartsWith("request 1: ", text, StringComparison.Ordinal);
        await client.WriteAsync(o => ClientFrameWriter.WritePing(o, 5));
        Assert.Equal(FrameKind.Pong, (await client.ReadAsync()).Kind);
    }

    [Fact]
    public async Task ASubscriberGetsClosedWindowsFromTheBeginningAndThenAsTheyClose()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        await HttpApiTests.SendAsync(server, frames: 1, records: 100);
        await server.PostSoundAsync("/v1/streams/s/advance", "{}");
        using FrameClient client = await AskerAsync(server);
        await client.WriteAsync(o => ClientFrameWriter.WriteSubscribe(o, 3, AckLevel.Durable, 0, "s", "1m"));
        List<JsonElement> rows = await ReadRowsAsync(client, 4);
        Assert.All(rows, row => Assert.Equal("durable", row.GetProperty("level").GetString()));

        using (FrameClient producer = await FrameClient.OpenAsync(server.Host.FramePort, producer: "q"))
        {
            await producer.SendAsync(DataFrames.Data(1, 33_000, keyCount: 1));
            await producer.SendAsync(DataFrames.Data(2, 33_000, keyCount: 1)); // 66 s in all: the next windows too
            await producer.ReadAcksAsync(2);
        }

        await server.PostSoundAsync("/v1/streams/s/advance", "{}");
        JsonElement next = (await ReadRowsAsync(client, 1))[0];
        Assert.Equal("2023-11-14T22:14:00Z", next.GetProperty("start").GetString());
    }

    [Fact]
    public async Task ASessionThatOnlyAsksMayNotSend()
    {
        await using ServerHarness server = await ServerHarness.StartAsync();
        using FrameClient client = await AskerAsync(server);
        await client.SendAsync(DataFrames.Data(1));
        Assert.Equal(ErrorCode.NotAllowed, (await client.ReadAsync()).Error().Code);
    }

    private static async Task<FrameClient> AskerAsync(ServerHarness server)
    {
        FrameClient client = await FrameClient.ConnectAsync(server.Host.FramePort);
        await client.HelloAsync(stream: "", producer: "");
        Assert.Equal(FrameKind.Welcome, (await client.ReadAsync()).Kind);
        return client;
    }

    private static async Task<List<JsonElement>> ReadLinesAsync(FrameClient client, uint requestId)
    {
        List<JsonElement> lines = [];
        while (true)
        {
            bool isLast = Take(await client.ReadAsync(), requestId, lines);
            if (isLast)
            {
                return lines;
            }
        }
    }

    private static async Task<List<JsonElement>> ReadRowsAsync(FrameClient client, int count)
    {
        List<JsonElement> rows = [];
        while (rows.Count < count)
        {
            Assert.False(Take(await client.ReadAsync(), 3, rows));
        }

        return rows;
    }

    private static bool Take(ServerFrame frame, uint requestId, List<JsonElement> lines)
    {
        Assert.True(
            frame.Kind == FrameKind.Result, frame.Kind == FrameKind.Error ? frame.Error().Text : $"{frame.Kind}");
        Assert.Equal(FrameError.None, ResultReader.TryRead(frame.Payload, out ResultReader result));
        Assert.Equal(requestId, result.RequestId);
        foreach (string line in Encoding.UTF8.GetString(result.Body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            lines.Add(document.RootElement.Clone());
        }

        return result.IsLast;
    }
}
