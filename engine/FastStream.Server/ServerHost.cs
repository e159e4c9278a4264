using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Monitoring;
using FastStream.Server.Http;
using FastStream.Server.Metrics;
using FastStream.Server.Questions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FastStream.Server;

/// <summary>
/// A running server: an engine, a port for frames, a port for HTTP. While the engine recovers, both ports answer that
/// the server is not ready.
/// </summary>
public sealed class ServerHost : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;
    private readonly FrameListener _listener;
    private readonly HttpServer _http;
    private readonly IngestionEngine _engine;
    private readonly EngineMeter _meter;
    private readonly MetricsPage _metrics;
    private int _disposed;

    private ServerHost(
        ILoggerFactory loggers,
        FrameListener listener,
        HttpServer http,
        IngestionEngine engine,
        EngineMeter meter,
        MetricsPage metrics)
    {
        _loggers = loggers;
        _listener = listener;
        _http = http;
        _engine = engine;
        _meter = meter;
        _metrics = metrics;
    }

    /// <summary>The port for frames, given or found.</summary>
    public int FramePort => _listener.EndPoint.Port;

    /// <summary>The port for HTTP, given or found.</summary>
    public int HttpPort => _http.Port;

    /// <summary>Frames that the data folder held at the start.</summary>
    public long RecoveredFrames => _engine.RecoveredFrames;

    /// <summary>Fails when the engine has met a fault: it answers questions still, and acks nothing any more.</summary>
    public Task Faulted => _engine.Faulted;

    internal IngestionEngine Engine => _engine;

    /// <summary>Starts a server and returns when it has recovered and takes frames.</summary>
    /// <exception cref="ServerStartException">It cannot start; the lines say why and what to do.</exception>
    public static Task<ServerHost> StartAsync(ServerOptions options) => StartAsync(options, IngestionEngine.Open);

    internal static async Task<ServerHost> StartAsync(
        ServerOptions options, Func<IngestionEngineOptions, IngestionEngine> open)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } faults)
        {
            throw new ServerStartException(ServerStartFault.BadConfiguration, faults);
        }

        ILoggerFactory loggers = CreateLoggers(options.LogLevel);
        RecoveryProgress recovery = new();
        ServerHealth health = new(recovery);
        FrameListener? listener = null;
        HttpServer? http = null;
        IngestionEngine? engine = null;
        try
        {
            options = MemoryFit.Of(options, MemoryFit.AvailableBytes, loggers.CreateLogger("FastStream.Memory"));
            int httpConnections = HttpConnections(options.Frames);
            listener = Bind(options.Frames, loggers);
            http = await HttpServer.StartAsync(options.HttpPort, httpConnections, health, loggers)
                .ConfigureAwait(false);
            IngestionEngineOptions engineOptions = options.Engine with { LoggerFactory = loggers, Recovery = recovery };
            engine = await Task.Run(() => open(engineOptions)).ConfigureAwait(false);
            return await BeginAsync(options, loggers, health, listener, http, engine).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            if (listener is not null)
            {
                await listener.DisposeAsync().ConfigureAwait(false);
            }

            if (http is not null)
            {
                await http.DisposeAsync().ConfigureAwait(false);
            }

            engine?.Dispose();
            loggers.Dispose();
            if (ServerFaults.Of(fault) is ServerStartException known && known != fault)
            {
                throw known;
            }

            throw;
        }
    }

    /// <summary>Returns when the token is cancelled or the process is told to end (SIGTERM, Ctrl+C).</summary>
    public async Task WaitForShutdownAsync(CancellationToken stop = default)
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(PosixSignalContext context)
        {
            context.Cancel = true; // ending is done in order, by disposing this host
            asked.TrySetResult();
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Take);
        using CancellationTokenRegistration cancelled = stop.Register(() => asked.TrySetResult());
        await asked.Task.ConfigureAwait(false);
    }

    /// <summary>
    /// Stops in order: no new frames, what came is applied and acked, a snapshot is saved, the logs are closed.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _listener.DisposeAsync().ConfigureAwait(false);
        await _http.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        _meter.Dispose();
        await _engine.DisposeAsync().ConfigureAwait(false);
        _loggers.Dispose();
    }

    private static async Task<ServerHost> BeginAsync(
        ServerOptions options,
        ILoggerFactory loggers,
        ServerHealth health,
        FrameListener listener,
        HttpServer http,
        IngestionEngine engine)
    {
        ServerFacts facts = new(
            options.Engine.Ephemeral ? "" : Path.GetFullPath(options.Engine.DataDirectory),
            listener.EndPoint.Port,
            http.Port,
            TimeProvider.System.GetTimestamp());
        EngineQuestions questions = new(engine, facts);
        EngineOrders orders = new(engine, questions);
        await orders.DeclareAsync(options.Streams).ConfigureAwait(false);
        EngineMeter meter = new(engine.Counters);
        EngineGauges.AddTo(meter, engine.Core, listener);
        meter.AddGauge(
            "http_connections_refused",
            null,
            "HTTP connections that were closed because there were as many as may be.",
            () => http.RefusedCount);
        MetricsPage metrics = new(engine.Counters);
        listener.Start(engine.Core, new ConnectionQuestions(engine, questions));
        health.Services = new EngineServices(engine, questions, orders, metrics);
        loggers.CreateLogger("FastStream.Server").LogInformation(
            "Frames on {Frames}, HTTP on 127.0.0.1:{Http}, data in {Data}, {Recovered} frames recovered.",
            listener.EndPoint,
            http.Port,
            facts.DataDirectory,
            engine.RecoveredFrames);
        return new ServerHost(loggers, listener, http, engine, meter, metrics);
    }

    /// <exception cref="ServerStartException">The process may open too few files.</exception>
    private static int HttpConnections(FrameListenerOptions frames)
    {
        long? descriptors = DescriptorLimit.Read();
        return descriptors >= DescriptorShares.LeastDescriptors || descriptors is null
            ? DescriptorShares.Of(descriptors, frames.MaxConnections, frames.MaxHttpConnections).HttpConnections
            : throw new ServerStartException(
                ServerStartFault.BadConfiguration,
                [$"the process may open {descriptors} files, and a server needs {DescriptorShares.LeastDescriptors} "
                    + "at least: raise ulimit -n"]);
    }

    private static FrameListener Bind(FrameListenerOptions options, ILoggerFactory loggers)
    {
        try
        {
            return FrameListener.Bind(options, loggers.CreateLogger("FastStream.Frames"));
        }
        catch (SocketException fault)
        {
            throw ServerFaults.OfListener(fault, options.Address, options.Port);
        }
    }

    private static ILoggerFactory CreateLoggers(LogLevel level) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
