using System.Globalization;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.SystemTests;

/// <summary>
/// kill -9 during load: the real server as a process, three producers that retry for ever, a kill at a random moment
/// again and again. Then every frame must have been acked, the ledger must balance and the digest must be the one of a
/// run that nobody disturbed.
/// </summary>
public sealed class CrashLoopTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int ProducerCount = 3;
    private const int RecordsPerFrame = 500;
    private const string View = "tumbling 1m late 30d by key: count, sum(value), min(value), max(value), variance(value)";

    [Fact]
    public async Task TwentyKillsUnderLoadLoseNothingAndCountNothingTwice()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        const int Frames = 5_000;
        using TempFolder disturbed = new();
        using TempFolder calm = new();
        string data = disturbed.PathOf("data");
        ServerProcess server = await StartAsync(data, port: 0);
        try
        {
            int port = server.Port;
            await DefineAsync(server);
            Task<(int ExitCode, string Output)>[] producers = Produce(port, Frames, disturbed, rate: 60_000);
            for (int kill = 0; kill < Kills; kill++)
            {
                await Task.WhenAny(Task.WhenAll(producers), Task.Delay(random.Next(50, 500)));
                await server.KillAsync();
                server.Dispose();
                server = await StartAsync(data, port);
            }

            Assert.False(Task.WhenAll(producers).IsCompleted, "the load was over before the last kill: make it longer");
            foreach ((int exitCode, string text) in await Task.WhenAll(producers))
            {
                Assert.True(exitCode == 0, text);
            }

            Assert.Equal(0, await server.TerminateAsync());
        }
        finally
        {
            server.Dispose();
        }

        for (int p = 0; p < ProducerCount; p++)
        {
            AllAreAcked(disturbed.PathOf($"p{p}.log"), Frames);
        }

        string expected = await CalmDigestAsync(calm, Frames);
        Assert.Equal(expected, await DigestAsync(data));
    }

    private static async Task<string> CalmDigestAsync(TempFolder folder, int frames)
    {
        string data = folder.PathOf("data");
        using ServerProcess server = await StartAsync(data, port: 0);
        await DefineAsync(server);
        foreach ((int exitCode, string text) in await Task.WhenAll(Produce(server.Port, frames, folder, rate: 0)))
        {
            Assert.True(exitCode == 0, text);
        }

        Assert.Equal(0, await server.TerminateAsync());
        return await DigestAsync(data);
    }

    private static Task<ServerProcess> StartAsync(string data, int port) => ServerProcess.StartAsync(
        data, "--port", port.ToString(CultureInfo.InvariantCulture));

    private static async Task DefineAsync(ServerProcess server)
    {
        string http = server.HttpPort.ToString(CultureInfo.InvariantCulture);
        await RunAsync("stream", "add", "load", "u64 (value)", "--http", http);
        await RunAsync("view", "add", "load", "v", View, "--http", http);
    }

    private static Task<(int ExitCode, string Output)>[] Produce(int port, int frames, TempFolder folder, int rate) =>
        [.. Enumerable.Range(0, ProducerCount).Select(p =>
        {
            List<string> arguments =
            [
                "generate", "--port", port.ToString(CultureInfo.InvariantCulture), "--stream", "load",
                "--producer", $"p{p}", "--epoch", "1", "--seed", "7", "--frames", $"{frames}",
                "--records", $"{RecordsPerFrame}", "--keys", "1000", "--retry", "--out", folder.PathOf($"p{p}.log"),
            ];
            if (rate > 0)
            {
                arguments.AddRange(["--rate", $"{rate}"]);
            }

            return ServerProcess.RunAsync(TimeSpan.FromMinutes(5), [.. arguments]);
        })];

    private static async Task<string> DigestAsync(string data)
    {
        string text = await RunAsync("digest", data);
        string digest = text.Split(['\n', ' ', '"'], StringSplitOptions.RemoveEmptyEntries)
            .First(word => word.Length == 64 && word.All(char.IsAsciiHexDigit));
        return digest;
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        (int exitCode, string text) = await ServerProcess.RunAsync(TimeSpan.FromMinutes(2), arguments);
        Assert.True(exitCode == 0, $"faststream {string.Join(' ', arguments)}: exit {exitCode}\n{text}");
        return text;
    }

    private static void AllAreAcked(string path, int frames)
    {
        HashSet<long> acked = [];
        foreach (string line in File.ReadLines(path))
        {
            string[] words = line.Split(' ');
            if (words[0] is "ACK" or "DUP")
            {
                acked.Add(long.Parse(words[1], CultureInfo.InvariantCulture));
            }
        }

        Assert.Equal(frames, acked.Count);
        Assert.Equal(frames, acked.Max());
    }
}
