using System.Globalization;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>NATS with JetStream in a folder of its own.</summary>
internal sealed class NatsServer : IDisposable
{
    private readonly ServerProcess _server;

    public NatsServer(WorkFolder folder, CancellationToken stop)
    {
        Port = ServerProcess.FreePort();
        string data = folder.File("nats");
        Directory.CreateDirectory(data);
        _server = ServerProcess.Start(new ServerCommand(
            Program.FullPath,
            ["--addr", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--jetstream", "--store_dir", data],
            folder.File("nats.log")));
        try
        {
            _server.WaitUntil(() => ServerProcess.Listens(Port), stop);
        }
        catch
        {
            _server.Dispose();
            throw;
        }
    }

    public static InstalledProgram Program { get; } = new("/usr/sbin/nats-server", "nats-server", "--version");

    public int Port { get; }

    public void Dispose() => _server.Dispose();
}
