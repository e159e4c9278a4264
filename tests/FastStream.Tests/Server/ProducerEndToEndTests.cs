using FastStream.Client;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Serving;
using FastStream.Protocol;
using FastStream.Server;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Server;

/// <summary>The client against the real server: nothing lost, nothing twice, also over a restart.</summary>
public sealed class ProducerEndToEndTests : IDisposable
{
    private const long StartNs = 1_700_000_040_000_000_000; // a full minute
    private const int RecordCount = 120_000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(EncodingMode.Raw, false)]
    [InlineData(EncodingMode.Auto, true)]
    public async Task EverySentRecordIsInItsWindowOnce(EncodingMode encoding, bool compress)
    {
        await using ServerHost host = await ServerHost.StartAsync(Options);
        await using (Producer producer = await Producer.ConnectAsync(OptionsOf(host.FramePort) with
        {
            Encoding = encoding,
            Compress = compress,
        }))
        {
            Send(producer, 0, RecordCount);
            await producer.FlushAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(RecordCount, producer.Counts.Records.Accepted);
        }

        await AssertCompleteAsync(host);
    }

    [Fact]
    public async Task TextKeysAreFoundByTheirNames()
    {
        await using ServerHost host = await ServerHost.StartAsync(Options);
        await using (Producer producer = await Producer.ConnectAsync(
            OptionsOf(host.FramePort) with { KeyKind = KeyKind.Text }))
        {
            for (int i = 0; i < 30_000; i++)
            {
                producer.Send($"key-{i % 300}", StartNs + i, i);
            }

            await producer.FlushAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        WindowAnswer answer = await host.Engine.QueryAsync(
            new WindowQuery { Stream = "s", View = "1m", KeyText = "key-17", IncludeOpen = true });
        Assert.Equal(100, Assert.Single(answer.Rows).Count);
    }

    [Fact]
    public async Task AProducerGoesOnOverARestartOfTheServer()
    {
        ServerHost host = await ServerHost.StartAsync(Options);
        int port = host.FramePort;
        await using Producer producer = await Producer.ConnectAsync(OptionsOf(port) with { BatchBytes = 16 << 10 });
        Task sending = Task.Run(() => Send(producer, 0, RecordCount));
        await Eventually.Until(() => producer.Counts.Records.Accepted > RecordCount / 10);
        await host.DisposeAsync();

        await using ServerHost again = await ServerHost.StartAsync(
            Options with { Frames = Options.Frames with { Port = port } });
        await sending.WaitAsync(TimeSpan.FromSeconds(60));
        await producer.FlushAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await AssertCompleteAsync(again);
    }

    private ServerOptions Options => ServerHarness.OptionsFor(_folder.FullPath);

    private static ProducerOptions OptionsOf(int port) => new() { Port = port, Stream = "s", Name = "p" };

    private static void Send(Producer producer, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            producer.Send((ulong)(i % 100), StartNs + (i * 1_000_000L), i % 10);
        }
    }

    private static async Task AssertCompleteAsync(ServerHost host)
    {
        WindowAnswer answer = await host.Engine.QueryAsync(
            new WindowQuery { Stream = "s", View = "1m", IncludeOpen = true, Limit = 10_000 });
        Assert.Equal(RecordCount, answer.Rows.Sum(row => row.Count));
        Assert.Equal(200, answer.Rows.Count); // two minutes of a hundred keys
        Assert.Equal(RecordCount * 4.5, answer.Rows.Sum(row => row.Values[1]));
        Ledger ledger = await host.Engine.LedgerAsync();
        Assert.Null(ledger.FindImbalance());
    }
}
