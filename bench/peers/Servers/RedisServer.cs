using System.Globalization;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>Redis with its append-only file; no snapshots and no rewrites beside it.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly ServerProcess _server;

    public RedisServer(WorkFolder folder, string appendFsync, CancellationToken stop)
    {
        Port = ServerProcess.FreePort();
        string data = folder.File("redis");
        Directory.CreateDirectory(data);
        _server = ServerProcess.Start(new ServerCommand(
            Program.FullPath,
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", data, "--daemonize", "no",
                "--appendonly", "yes", "--appendfsync", appendFsync, "--auto-aof-rewrite-percentage", "0", "--save", "",
            ],
            folder.File("redis.log")));
        try
        {
            _server.WaitUntil(IsReady, stop);
        }
        catch
        {
            _server.Dispose();
            throw;
        }
    }

    public static InstalledProgram Program { get; } = new("/usr/bin/redis-server", "redis-server", "--version");

    public int Port { get; }

    public void Dispose() => _server.Dispose();

    private bool IsReady()
    {
        using RedisConnection connection = new(Port);
        return connection.Ask("PING")[0] == "PONG";
    }
}
