using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastStream.Engine;
using FastStream.Server;
using FastStream.TestKit.Journal;
using FastStream.TestKit.Processes;
using FastStream.Tests.Ingress.Tcp;
using FastStream.Protocol;

namespace FastStream.Tests.Server;

/// <summary>Starts that succeed, are under way, or fail: each failure is one line of one kind.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatWasAckedIsThereAfterARestart()
    {
        string digest;
        await using (ServerHost host = await ServerHost.StartAsync(Options))
        {
            Assert.Equal(0, host.RecoveredFrames);
            using FrameClient client = await FrameClient.OpenAsync(host.FramePort);
            await client.SendAsync(Enumerable.Range(1, 5).SelectMany(n => DataFrames.Data((ulong)n, 100)).ToArray());
            await client.ReadAcksAsync(5);
            digest = await host.Engine.DigestAsync();
        }

        await using ServerHost again = await ServerHost.StartAsync(Options);
        Assert.Equal(5, again.RecoveredFrames);
        Assert.Equal(digest, await again.Engine.DigestAsync());
    }

    [Fact]
    public async Task WhileItRecoversTheServerIsLiveAndNotReady()
    {
        using ManualResetEventSlim go = new();
        ServerOptions options = Options with
        {
            HttpPort = FreePort(),
            Frames = Options.Frames with { Port = FreePort() },
        };
        Task<ServerHost> starting = ServerHost.StartAsync(options, engineOptions =>
        {
            go.Wait(TimeSpan.FromSeconds(60));
            return IngestionEngine.Open(engineOptions);
        });
        using HttpClient http = ServerHarness.ClientFor(options.HttpPort);
        await Eventually.Until(() => Listens(options.HttpPort));
        Assert.Equal("""{"status":"live"}""", await http.GetStringAsync(new Uri("/health/live", UriKind.Relative)));
        using HttpResponseMessage ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("recovering", (await ServerHarness.ReadAsync(ready)).GetProperty("status").GetString());
        using HttpResponseMessage both = await http.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, both.StatusCode);
        JsonElement health = await ServerHarness.ReadAsync(both);
        Assert.True(health.GetProperty("live").GetBoolean());
        Assert.False(health.GetProperty("ready").GetBoolean());
        Assert.Equal("recovering", health.GetProperty("status").GetString());
        using HttpResponseMessage ledger = await http.GetAsync(new Uri("/v1/ledger", UriKind.Relative));
        JsonElement error = (await ServerHarness.ReadAsync(ledger)).GetProperty("error");
        Assert.Equal("NOT_READY", error.GetProperty("code").GetString());
        using (FrameClient client = await FrameClient.ConnectAsync(options.Frames.Port))
        {
            Assert.Equal(ErrorCode.NotReady, (await client.ReadAsync()).Error().Code);
        }

        go.Set();
        await using ServerHost host = await starting;
        Assert.Equal(
            """{"live":true,"ready":true,"status":"ready"}""",
            await http.GetStringAsync(new Uri("/health", UriKind.Relative)));
        Assert.Equal("""{"status":"ready"}""", await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));
    }

    [Fact]
    public async Task AServerWhoseJournalHasFailedSaysSoAndAnswersQuestionsStill()
    {
        SimulatedLog journal = new(new SimulatedDisk(), "journal");
        EngineLogs logs = new(
            journal, new SimulatedLog(new SimulatedDisk(), "results"), new SimulatedLog(new SimulatedDisk(), "state"));
        await using ServerHost host =
            await ServerHost.StartAsync(Options, engine => IngestionEngine.Open(engine, logs));
        using HttpClient http = ServerHarness.ClientFor(host.HttpPort);
        using (FrameClient client = await FrameClient.OpenAsync(host.FramePort))
        {
            await client.SendAsync(DataFrames.Data(1));
            await client.ReadAcksAsync(1);
            journal.Faults.FailAtFlush = journal.FlushCount + 1;
            await client.SendAsync(DataFrames.Data(2));
            await Eventually.Until(() => journal.Fault is not null);
        }

        using HttpResponseMessage ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        JsonElement health = await ServerHarness.ReadAsync(ready);
        Assert.Equal("faulted", health.GetProperty("status").GetString());
        Assert.Contains("flush", health.GetProperty("reason").GetString(), StringComparison.Ordinal);
        string windows = await http.GetStringAsync(new Uri("/v1/windows?stream=s&view=1m&open=true", UriKind.Relative));
        Assert.Contains("\"state\":\"open\"", windows, StringComparison.Ordinal);
        using StringContent order = new(
            """{"name":"t","definition":"u64 (v)"}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage refused = await http.PostAsync(new Uri("/v1/streams", UriKind.Relative), order);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    [Fact]
    public async Task ATakenPortIsNamed()
    {
        await using ServerHost host = await ServerHost.StartAsync(Options);
        using TempFolder other = new();
        ServerOptions options = ServerHarness.OptionsFor(other.FullPath);
        string frames = await AssertFails(
            options with { Frames = options.Frames with { Port = host.FramePort } }, ServerStartFault.PortTaken);
        Assert.Contains($"port {host.FramePort} for frames", frames, StringComparison.Ordinal);
        string http = await AssertFails(options with { HttpPort = host.HttpPort }, ServerStartFault.PortTaken);
        Assert.Contains($"port {host.HttpPort} for HTTP", http, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderInUseIsNamed()
    {
        await using ServerHost host = await ServerHost.StartAsync(Options);
        string line = await AssertFails(Options, ServerStartFault.FolderInUse);
        Assert.Contains(_folder.FullPath, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderOfAnotherVersionIsNamed()
    {
        await using (await ServerHost.StartAsync(Options))
        {
        }

        string manifest = _folder.PathOf("manifest.json");
        string json = (await File.ReadAllTextAsync(manifest)).Split('\n')[0]
            .Replace("\"formatVersion\":1", "\"formatVersion\":99", StringComparison.Ordinal);
        string checksum = FastStream.Engine.Journal.LogManifest.Checksum(json);
        await File.WriteAllTextAsync(manifest, $"{json}\n{checksum}\n", new UTF8Encoding(false));
        string line = await AssertFails(Options, ServerStartFault.WrongVersion);
        Assert.Contains("99", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedFolderIsNamedWithFileAndOffset()
    {
        await using (ServerHost host = await ServerHost.StartAsync(Options))
        {
            using FrameClient client = await FrameClient.OpenAsync(host.FramePort);
            await client.SendAsync(DataFrames.Data(1, 1_000));
            await client.ReadAcksAsync(1);
        }

        await File.WriteAllTextAsync(_folder.PathOf("manifest.json"), "{}");
        string line = await AssertFails(Options, ServerStartFault.Damaged);
        Assert.Contains("manifest.json", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileSystemThatForgetsIsRefusedUnlessAllowed()
    {
        if (!Directory.Exists("/dev/shm"))
        {
            return; // nothing to try it on
        }

        string folder = Path.Combine("/dev/shm", $"faststream-test-{Guid.NewGuid():N}");
        try
        {
            ServerOptions options = ServerHarness.OptionsFor(folder);
            string line = await AssertFails(options, ServerStartFault.VolatileFileSystem);
            Assert.Contains("tmpfs", line, StringComparison.Ordinal);

            await using ServerHost host = await ServerHost.StartAsync(
                options with { Engine = options.Engine with { AllowVolatile = true } });
            using FrameClient client = await FrameClient.OpenAsync(host.FramePort, level: AckLevel.Durable);
            Assert.Equal(AckLevel.Written, client.Welcome.AckLevel);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public async Task AnAddressThatOthersReachIsRefusedUnlessTheUglyFlagIsSet()
    {
        ServerOptions remote = Options with { Frames = Options.Frames with { Address = IPAddress.Any } };
        string line = await AssertFails(remote, ServerStartFault.BadConfiguration);
        Assert.Contains("0.0.0.0", line, StringComparison.Ordinal);
        await using ServerHost host = await ServerHost.StartAsync(
            remote with { Frames = remote.Frames with { UnsafeAllowRemote = true } });
    }

    [Fact]
    public async Task DeclaredStreamsAndViewsAreThereAndTheSameAgainChangesNothing()
    {
        List<string> faults = [];
        ServerOptions options = Options with
        {
            Streams = FastStream.Engine.Definitions.DefinitionJson.Read(
                """{"flights":{"definition":"text (delay)","views":{"by-hour":"tumbling 1h by key: count"}}}""",
                faults),
        };
        Assert.Empty(faults);
        for (int start = 0; start < 2; start++)
        {
            await using ServerHost host = await ServerHost.StartAsync(options);
            using HttpClient http = ServerHarness.ClientFor(host.HttpPort);
            string views = await http.GetStringAsync(new Uri("/v1/views?stream=flights", UriKind.Relative));
            using JsonDocument document = JsonDocument.Parse(views);
            JsonElement view = Assert.Single(document.RootElement.GetProperty("views").EnumerateArray());
            Assert.Equal("by-hour", view.GetProperty("name").GetString());
        }
    }

    [Fact]
    public async Task WaitingForTheEndReturnsWhenTheTokenSaysSo()
    {
        await using ServerHost host = await ServerHost.StartAsync(Options);
        using CancellationTokenSource stop = new();
        Task waiting = host.WaitForShutdownAsync(stop.Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private ServerOptions Options => ServerHarness.OptionsFor(_folder.FullPath);

    private static async Task<string> AssertFails(ServerOptions options, ServerStartFault fault)
    {
        ServerStartException failure =
            await Assert.ThrowsAsync<ServerStartException>(() => ServerHost.StartAsync(options));
        Assert.Equal(fault, failure.Fault);
        return Assert.Single(failure.Lines);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Listens(int port)
    {
        try
        {
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
