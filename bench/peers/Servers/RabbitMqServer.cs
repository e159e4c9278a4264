using System.Globalization;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>
/// RabbitMQ with its stream plugin. The name service of Erlang is started beside it on a port of its own: the one that
/// Erlang would start by itself stays behind.
/// </summary>
internal sealed class RabbitMqServer : IDisposable
{
    private const string NameService = "/usr/bin/epmd";
    private readonly ServerProcess _names;
    private readonly ServerProcess _server;

    public RabbitMqServer(WorkFolder folder, CancellationToken stop)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        string data = folder.File("rabbitmq");
        Directory.CreateDirectory(data);
        Port = ServerProcess.FreePort();
        int namesPort = ServerProcess.FreePort();
        File.WriteAllText(Path.Combine(data, "plugins"), "[rabbitmq_stream].\n");
        File.WriteAllText(Path.Combine(data, "rabbitmq.conf"), string.Create(plain, $"""
            listeners.tcp.1 = 127.0.0.1:{ServerProcess.FreePort()}
            stream.listeners.tcp.1 = 127.0.0.1:{Port}
            log.file.level = warning

            """));
        Dictionary<string, string> environment = new()
        {
            ["HOME"] = data,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = namesPort.ToString(plain),
            ["RABBITMQ_ALLOW_INPUT"] = "1", // no shell stays between us and the server
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(data, "rabbitmq.conf"),
            ["RABBITMQ_DIST_PORT"] = ServerProcess.FreePort().ToString(plain),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(data, "plugins"),
            ["RABBITMQ_LOG_BASE"] = data,
            ["RABBITMQ_MNESIA_BASE"] = data,
            ["RABBITMQ_NODENAME"] = string.Create(plain, $"peer{Environment.ProcessId}@localhost"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-noinput",
        };
        _names = ServerProcess.Start(new ServerCommand(NameService, [], folder.File("epmd.log")) { Environment = environment });
        try
        {
            _names.WaitUntil(() => ServerProcess.Listens(namesPort), stop);
            _server = ServerProcess.Start(
                new ServerCommand(Program.FullPath, [], folder.File("rabbitmq.log")) { Environment = environment });
        }
        catch
        {
            _names.Dispose();
            throw;
        }

        try
        {
            _server.WaitUntil(IsReady, stop);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public static InstalledProgram Program { get; } = new("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server", null);

    public int Port { get; }

    public void Dispose()
    {
        _server.Dispose();
        _names.Dispose();
    }

    private bool IsReady()
    {
        using RabbitMqConnection connection = new(Port);
        return true;
    }
}
