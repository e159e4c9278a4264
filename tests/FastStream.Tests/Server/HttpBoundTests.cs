using System.Net;
using System.Net.Sockets;

namespace FastStream.Tests.Server;

/// <summary>HTTP takes so many connections and not one more, whatever comes.</summary>
public sealed class HttpBoundTests
{
    [Fact]
    public async Task BeyondTheConnectionsForHttpFurtherOnesAreClosedAtOnceAndOthersGoOn()
    {
        await using ServerHarness server = await ServerHarness.StartAsync(
            options => options with { Frames = options.Frames with { MaxHttpConnections = 2 } });
        _ = await server.GetSoundAsync("/health/live"); // the first connection, which is kept alive
        using Socket second = await ConnectAsync(server);
        await second.SendAsync("GET /health HTTP/1.1\r\n"u8.ToArray()); // half a request: it stays
        Assert.False(await IsAnsweredAsync(server), "a third connection was taken where two may be");

        _ = await server.GetSoundAsync("/health/live");
        using HttpResponseMessage metrics = await server.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        string page = await metrics.Content.ReadAsStringAsync();
        Assert.Contains("faststream_http_connections_refused 1\n", page, StringComparison.Ordinal);

        second.Dispose();
        while (!await IsAnsweredAsync(server))
        {
            await Task.Yield(); // until the server has heard of the end
        }
    }

    private static async Task<Socket> ConnectAsync(ServerHarness server)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Host.HttpPort);
        return socket;
    }

    private static async Task<bool> IsAnsweredAsync(ServerHarness server)
    {
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(1));
        try
        {
            using Socket socket = await ConnectAsync(server);
            await socket.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            return await socket.ReceiveAsync(new byte[16], SocketFlags.None, late.Token) > 0;
        }
        catch (SocketException)
        {
            return false; // closed, at whatever moment
        }
    }
}
