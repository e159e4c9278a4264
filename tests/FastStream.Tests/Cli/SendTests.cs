using System.Text.Json.Nodes;
using FastStream.Cli;
using FastStream.Engine.Serving;
using FastStream.Tests.Ingress.Tcp;

namespace FastStream.Tests.Cli;

/// <summary>
/// Goal: what a file says is in the engine exactly once, however often and in however many pieces it is sent. Method: the
/// command against a real engine behind a real listener.
/// </summary>
public sealed class SendTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly SourceFolder _folder = new();
    private readonly ListenerHarness _server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public async Task TheSameCommandTwiceAddsNothing()
    {
        string path = _folder.Write("trips.csv", Rows(0, 5000));
        (int code, JsonObject first, _) = await RunAsync($"send {path}");
        string digest = await DigestAsync();
        (int again, JsonObject second, _) = await RunAsync($"send {path}");

        Assert.Equal((0, 5000L, 5000L), (code, (long)first["sent"]!, (long)first["acked"]!));
        Assert.Equal((0, 0L, 5000L), (again, (long)second["sent"]!, (long)second["skippedRows"]!));
        Assert.Equal(digest, await DigestAsync());
        Assert.Equal(5000, await CountAsync("trips"));
    }

    [Fact]
    public async Task AFileThatGrewGoesOnWhereItStopped()
    {
        string path = _folder.Write("trips.csv", Rows(0, 100));
        await RunAsync($"send {path}");
        File.AppendAllText(path, Rows(100, 7)[(Rows(0, 0).Length)..]);
        (_, JsonObject more, _) = await RunAsync($"send {path}");

        Assert.Equal((7L, 100L), ((long)more["sent"]!, (long)more["skippedRows"]!));
        Assert.Equal(107, await CountAsync("trips"));
    }

    [Fact]
    public async Task ARunThatIsStoppedAnywhereIsCompletedByTheNext()
    {
        string path = _folder.Write("trips.csv", Rows(0, 20_000));
        for (int run = 0; run < 3; run++)
        {
            using CancellationTokenSource stop = new();
            stop.CancelAfter(TimeSpan.FromMilliseconds(150 * (run + 1)));
            await RunAsync($"send {path} --rate 20000 --ack applied", stop.Token);
        }

        (int code, _, _) = await RunAsync($"send {path}");
        Assert.Equal(0, code);
        Assert.Equal(20_000, await CountAsync("trips"));
    }

    [Fact]
    public async Task AnotherFileUnderTheSameNameIsRefused()
    {
        string path = _folder.Write("trips.csv", Rows(0, 10));
        await RunAsync($"send {path}");
        _folder.Write("trips.csv", Rows(5, 10));
        (int code, _, string error) = await RunAsync($"send {path}");
        (int other, _, _) = await RunAsync($"send {path} --producer corrected");

        Assert.Equal(1, code);
        Assert.Contains("trips.csv is not the file that this producer sent before", error);
        Assert.Equal(0, other);
        Assert.Equal(20, await CountAsync("trips"));
    }

    [Fact]
    public async Task NumberKeysAndJsonLinesArriveToo()
    {
        string path = _folder.Write("m.jsonl", string.Concat(Enumerable.Range(0, 50).Select(
            i => $"{{\"ts\":{1_714_557_600_000 + i},\"id\":{i % 5},\"v\":{i}}}\n")));
        (int code, JsonObject summary, _) = await RunAsync($"send {path} --stream m --key id --key-kind u64 --fields v --compress --end");

        Assert.Equal((0, 50L), (code, (long)summary["acked"]!));
        WindowAnswer answer = await _server.Engine.QueryAsync(
            new WindowQuery { Stream = "m", View = "1m", IncludeOpen = true });
        Assert.Equal([0UL, 1, 2, 3, 4], answer.Rows.Select(row => row.Key));
        Assert.All(answer.Rows, row => Assert.Equal(10, row.Count));
    }

    [Fact]
    public async Task AFileOfWhichNoLineCanBeUsedFails()
    {
        string path = _folder.Write("bad.csv", "time,key,v\n2024-01-01,a,?\n2024-01-01,b,?\n");
        (int code, JsonObject summary, string error) = await RunAsync($"send {path} --fields v");

        Assert.Equal((1, 2L), (code, (long)summary["badLines"]!));
        Assert.Contains("bad.csv: line 2: column \"v\"", error);
    }

    [Fact]
    public async Task AStreamOfTheOtherKeyKindIsRefusedInOneLine()
    {
        await RunAsync($"send {_folder.Write("a.csv", Rows(0, 10))} --stream s");
        (int code, _, string error) = await RunAsync($"send {_folder.Write("b.csv", Rows(0, 10))} --stream s --key fare --key-kind u64");

        Assert.Equal(1, code);
        Assert.Single(error.Trim().Split('\n'), line => line.StartsWith("faststream: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NothingListeningIsToldAtOnce()
    {
        string path = _folder.Write("trips.csv", Rows(0, 10));
        using StringWriter error = new();
        int code = await CommandLine.RunAsync(["send", path, "--port", "1"], TextWriter.Null, error);

        Assert.Equal(5, code);
        Assert.Contains("faststream: cannot reach 127.0.0.1:1: nothing listens there", error.ToString());
    }

    private static string Rows(int first, int count)
    {
        return "time,city,fare\n" + string.Concat(Enumerable.Range(first, count).Select(
            i => $"2024-05-01T10:{i / 60 % 60:00}:{i % 60:00}Z,city-{i % 37},{i}\n"));
    }

    private async Task<long> CountAsync(string stream)
    {
        return (await _server.Engine.LedgerAsync()).Streams.Single(s => s.Stream == stream).Prepared;
    }

    private Task<string> DigestAsync()
    {
        return _server.Engine.DigestAsync();
    }

    private async Task<(int Code, JsonObject Summary, string Error)> RunAsync(string line, CancellationToken stop = default)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.RunAsync([.. line.Split(' '), "--port", $"{_server.Port}", "--json"], output, error, stop);
        string text = output.ToString();
        return (code, text.Length > 0 ? JsonNode.Parse(text)!.AsObject() : [], error.ToString());
    }
}
