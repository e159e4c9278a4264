using System.Globalization;
using System.Text;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>ClickHouse with the shortest configuration that starts, everything in a folder of its own.</summary>
internal sealed class ClickHouseServer : IDisposable
{
    private readonly ServerProcess _server;

    public ClickHouseServer(WorkFolder folder, CancellationToken stop)
    {
        Port = ServerProcess.FreePort();
        string data = folder.File("clickhouse");
        Directory.CreateDirectory(data);
        string config = Path.Combine(data, "config.xml");
        File.WriteAllText(config, Config(data));
        File.WriteAllText(Path.Combine(data, "users.xml"), Users);
        _server = ServerProcess.Start(new ServerCommand(Program.FullPath, [$"--config-file={config}"], folder.File("clickhouse.log")));
        try
        {
            _server.WaitUntil(() => Ask("SELECT 1") == "1\n", stop);
        }
        catch
        {
            _server.Dispose();
            throw;
        }
    }

    public static InstalledProgram Program { get; } = new("/usr/sbin/clickhouse-server", "clickhouse-server", null);

    public int Port { get; }

    private static string Users => """
        <?xml version="1.0"?>
        <yandex>
          <profiles><default><max_memory_usage>8000000000</max_memory_usage></default></profiles>
          <quotas><default/></quotas>
          <users><default>
            <password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
          </default></users>
        </yandex>
        """;

    /// <summary>One statement; its answer as text.</summary>
    public string Ask(string sql)
    {
        using HttpConnection connection = new(Port);
        return connection.Post(HttpConnection.Request("/", Encoding.UTF8.GetBytes(sql)));
    }

    public void Dispose() => _server.Dispose();

    private string Config(string data) => string.Create(CultureInfo.InvariantCulture, $"""
        <?xml version="1.0"?>
        <yandex>
          <logger><level>warning</level><console>1</console></logger>
          <http_port>{Port}</http_port>
          <tcp_port>{ServerProcess.FreePort()}</tcp_port>
          <listen_host>127.0.0.1</listen_host>
          <keep_alive_timeout>600</keep_alive_timeout>
          <path>{data}/</path>
          <tmp_path>{data}/tmp/</tmp_path>
          <users_config>users.xml</users_config>
          <default_profile>default</default_profile>
          <default_database>default</default_database>
          <mark_cache_size>1073741824</mark_cache_size>
          <timezone>UTC</timezone>
        </yandex>
        """);
}
