using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Monitoring;
using FastStream.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>A real engine on a folder of its own, with a listener on a free loopback port.</summary>
internal sealed class ListenerHarness : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    public ListenerHarness(
        FrameListenerOptions? options = null,
        EngineLimits? limits = null,
        int partitions = 2,
        bool start = true,
        EngineLogs? logs = null,
        bool allowNewStreams = true)
    {
        IngestionEngineOptions engineOptions = new()
        {
            DataDirectory = _folder.FullPath,
            Partitions = partitions,
            Limits = limits ?? new EngineLimits(),
            AllowNewStreams = allowNewStreams,
        };
        Engine = logs is null ? IngestionEngine.Open(engineOptions) : IngestionEngine.Open(engineOptions, logs);
        Listener = FrameListener.Bind((options ?? new FrameListenerOptions()) with { Port = 0 }, NullLogger.Instance);
        if (start)
        {
            Listener.Start(Engine.Core, questions: null);
        }
    }

    public IngestionEngine Engine { get; }

    public FrameListener Listener { get; }

    public int Port => Listener.EndPoint.Port;

    public long Count(EngineCounter counter) => Engine.Counters.Read(counter);

    /// <summary>
    /// Waits until every connection has ended and all frames have met their fate; then the books must balance.
    /// </summary>
    public async Task AssertBalancedAsync()
    {
        await Eventually.Until(() => Listener.ConnectionCount == 0);
        Ledger ledger = await Engine.LedgerAsync();
        Assert.Null(ledger.FindImbalance());
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await Engine.DisposeAsync();
        _folder.Dispose();
    }
}
