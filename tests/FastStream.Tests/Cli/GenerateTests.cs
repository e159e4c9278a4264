using System.Text.Json.Nodes;
using FastStream.Cli;
using FastStream.Protocol;

namespace FastStream.Tests.Cli;

/// <summary>Goal: generate keeps its contract against a server that behaves, hangs up, refuses or is not there.</summary>
public sealed class GenerateTests : IDisposable
{
    private readonly FakeFrameServer _server = new();
    private readonly string _out = Path.GetTempFileName();

    public void Dispose()
    {
        _server.Dispose();
        File.Delete(_out);
    }

    [Fact]
    public async Task EveryFrameIsSentOnceAndAcked()
    {
        (int code, JsonObject summary, _) = await RunAsync("--frames 40 --records 100 --keys 10 --in-flight 3");

        Assert.Equal(0, code);
        Assert.Equal((40L, 0L, 4000L), ((long)summary["acked"]!, (long)summary["refused"]!, (long)summary["records"]!));
        Assert.Equal(Enumerable.Range(1, 40).Select(n => $"ACK {n}"), File.ReadAllLines(_out));
        Assert.Equal(40, _server.Frames.Count);
    }

    [Theory]
    [InlineData("raw", "")]
    [InlineData("auto", "")]
    [InlineData("auto", "--compress")]
    public async Task FramesAreTheSameEveryTime(string encoding, string compress)
    {
        await RunAsync($"--frames 3 --records 500 --keys 10 --encoding {encoding} {compress} --seed 9");
        List<byte[]> first = [.. _server.Frames];
        _server.Frames.Clear();
        await RunAsync($"--frames 3 --records 500 --keys 10 --encoding {encoding} {compress} --seed 9");

        Assert.Equal(first, _server.Frames);
    }

    [Fact]
    public async Task WithRetryALostConnectionCostsNothing()
    {
        _server.HangUpAfter = 17;
        (int code, JsonObject summary, string error) = await RunAsync("--frames 50 --records 10 --in-flight 1 --retry");

        Assert.Equal(0, code);
        Assert.Equal(50, _server.Frames.Count);
        Assert.Equal(2, (int)summary["sessions"]!);
        Assert.Contains("trying again", error);
        Assert.Equal(Enumerable.Range(1, 50).Select(n => n == 17 ? "DUP 17" : $"ACK {n}"), File.ReadAllLines(_out));
    }

    [Fact]
    public async Task WithoutRetryALostConnectionFails()
    {
        _server.HangUpAfter = 2;
        (int code, _, string error) = await RunAsync("--frames 50 --records 10");

        Assert.Equal(1, code);
        Assert.Contains("connection to 127.0.0.1:", error);
    }

    [Fact]
    public async Task RefusalsAreWrittenDownAndTheRestGoesOn()
    {
        _server.RefuseSequence = 2;
        (int code, JsonObject summary, string error) = await RunAsync("--frames 4 --records 10 --in-flight 1");

        Assert.Equal(1, code);
        Assert.StartsWith("faststream: frame 2 refused: UNDECODABLE: ", error, StringComparison.Ordinal);
        Assert.Equal(1, (int)summary["refused"]!);
        Assert.Equal(["ACK 1", "REF 2 UNDECODABLE", "ACK 3", "ACK 4"], File.ReadAllLines(_out));
    }

    [Fact]
    public async Task AGapIsRefusedByNameAndAnOldSequenceIsADuplicate()
    {
        await RunAsync("--frames 2 --records 10");
        (int code, _, _) = await RunAsync("--frames 2 --records 10 --from-sequence 5");
        await RunAsync("--frames 1 --records 10 --from-sequence 2");

        Assert.Equal(1, code);
        Assert.Equal(["ACK 1", "ACK 2", "REF 5 OUT_OF_SEQUENCE", "REF 6 OUT_OF_SEQUENCE", "DUP 2"], File.ReadAllLines(_out));
    }

    [Fact]
    public async Task AckLevelNoneEndsWhenTheServerHasReadEverything()
    {
        (int code, _, _) = await RunAsync("--frames 20 --records 10 --ack none");

        Assert.Equal(0, code);
        Assert.Equal(20, _server.Frames.Count);
    }

    [Theory]
    [InlineData(ErrorCode.Fenced, "", 1)]
    [InlineData(ErrorCode.Fenced, "--retry", 1)]
    [InlineData(ErrorCode.ProducerBusy, "", 1)]
    [InlineData(ErrorCode.WrongVersion, "", 8)]
    [InlineData(ErrorCode.DiskFull, "", 9)]
    public async Task ARefusedHelloEndsWithTheServersLine(ErrorCode error, string retry, int expected)
    {
        _server.HelloError = error;
        (int code, _, string line) = await RunAsync($"--frames 1 --records 10 {retry}");

        Assert.Equal(expected, code);
        Assert.Equal("faststream: not you", line.TrimEnd());
    }

    [Fact]
    public async Task NothingListeningIsFive()
    {
        using StringWriter error = new();
        int code = await CommandLine.RunAsync(["generate", "--stream", "s", "--port", "1"], TextWriter.Null, error);

        Assert.Equal(5, code);
        Assert.StartsWith("faststream: cannot reach 127.0.0.1:1: nothing listens there", error.ToString());
    }

    [Fact]
    public async Task ARateIsKept()
    {
        (_, JsonObject summary, _) = await RunAsync("--frames 6 --records 100 --rate 2000");

        Assert.InRange((double)summary["seconds"]!, 0.24, 20);
    }

    private async Task<(int Code, JsonObject Summary, string Error)> RunAsync(string flags)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        string line = $"generate --stream s --port {_server.Port} --json --out {_out} {flags}";
        int code = await CommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        string text = output.ToString();
        return (code, text.Length > 0 ? JsonNode.Parse(text)!.AsObject() : [], error.ToString());
    }
}
