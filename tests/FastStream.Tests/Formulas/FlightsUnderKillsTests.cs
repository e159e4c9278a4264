using System.Globalization;
using FastStream.Engine;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.Tests.Formulas;

/// <summary>
/// The flights sent as a file to the real server, which is killed with SIGKILL at random moments and started again on
/// the same data: then every window must be the database's.
/// </summary>
public sealed class FlightsUnderKillsTests(ITestOutputHelper output)
{
    private const int Kills = 4;
    private const string RecordsPerSecond = "15000"; // 13 s for the file: the last kill comes well before
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task EveryWindowEqualsTheDatabasesThoughTheServerWasKilledWhileAFileWasSent()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using TempFolder folder = new();
        string data = folder.PathOf("data");
        ServerProcess server = await ServerProcess.StartAsync(data);
        try
        {
            string port = Text(server.Port);
            await DefineAsync(Text(server.HttpPort));
            Task<(int ExitCode, string Output)> sending = SendAsync(port, "--rate", RecordsPerSecond);
            await WaitForRecordsAsync(server.HttpPort, sending); // a sender gives up where its first connection fails
            for (int kill = 0; kill < Kills; kill++)
            {
                await Task.WhenAny(sending, Task.Delay(random.Next(100, 800)));
                Assert.False(sending.IsCompleted, $"the file was sent before kill {kill + 1} of {Kills}: send slower");
                await server.KillAsync();
                server.Dispose();
                server = await ServerProcess.StartAsync(data, "--port", port);
            }

            // Whether the sender lived through it or gave up: the same command once more must make it whole.
            await sending;
            (int exitCode, string text) = await SendAsync(port);
            Assert.True(exitCode == 0, text);
            Assert.Equal(0, await server.TerminateAsync());
        }
        finally
        {
            server.Dispose();
        }

        await using IngestionEngine engine = IngestionEngine.Open(
            new IngestionEngineOptions { DataDirectory = data, AllowVolatile = true });
        await FlightsExpectation.CompareAsync(engine, producerCount: 1);
    }

    private static async Task WaitForRecordsAsync(int httpPort, Task sending)
    {
        using HttpClient http = new();
        using CancellationTokenSource late = new(s_deadline);
        Uri ledger = new($"http://127.0.0.1:{httpPort}/v1/ledger?stream=flights");
        while ((await http.GetStringAsync(ledger, late.Token))
            .Contains("\"journaledRecords\":0,", StringComparison.Ordinal))
        {
            Assert.False(sending.IsCompleted, "the sender has ended before its first record came");
            await Task.Delay(10, late.Token);
        }
    }

    private static async Task DefineAsync(string http)
    {
        await RunAsync("stream", "add", "flights", FlightsExpectation.StreamText, "--http", http);
        foreach ((string name, string text) in FlightsExpectation.Views)
        {
            await RunAsync("view", "add", "flights", name, text, "--http", http);
        }
    }

    private static Task<(int ExitCode, string Output)> SendAsync(string port, params string[] more) =>
        ServerProcess.RunAsync(
            s_deadline,
            [
                "send", RepositoryFolder.PathOf("tools", "samples", "Flights", "flights.csv.gz"), "--port", port,
                "--stream", "flights", "--key", "origin", "--time", "time", "--fields", "delay", .. more,
            ]);

    private static async Task RunAsync(params string[] arguments)
    {
        (int exitCode, string text) = await ServerProcess.RunAsync(s_deadline, arguments);
        Assert.True(exitCode == 0, $"faststream {string.Join(' ', arguments)}: exit {exitCode}\n{text}");
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
