using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FastStream.Server.Http;

/// <summary>Kestrel on a loopback port with the paths of <see cref="HttpApi"/>.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;

    private readonly BoundedTransport _transport;

    private HttpServer(WebApplication app, BoundedTransport transport, int port)
    {
        _app = app;
        _transport = transport;
        Port = port;
    }

    /// <summary>The port, given or found.</summary>
    public int Port { get; }

    /// <summary>Connections that were closed because there were as many as may be.</summary>
    public long RefusedCount => _transport.RefusedCount;

    /// <exception cref="ServerStartException">The port is taken.</exception>
    public static async Task<HttpServer> StartAsync(
        int port, int maxConnections, ServerHealth health, ILoggerFactory loggers)
    {
        BoundedTransport transport = new(maxConnections, loggers);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear(); // nothing but this server's own options decides what is served where
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport); // the last one that can bind is taken
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        WebApplication app = builder.Build();
        new HttpApi(health, loggers.CreateLogger("FastStream.Http")).Map(app);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw ServerFaults.PortTaken("HTTP", port, fault);
        }

        string address = app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        return new HttpServer(app, transport, new Uri(address).Port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource late = new(s_stopTime);
        await _app.StopAsync(late.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    // Signals are the business of whoever hosts the server.
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
