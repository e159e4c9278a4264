using System.Globalization;
using FastStream.Peers.Running;
using Npgsql;

namespace FastStream.Peers.Servers;

/// <summary>
/// PostgreSQL with its defaults where they decide about durability (fsync, synchronous_commit, full_page_writes), and
/// tuned where they do not: memory, rare checkpoints, no replication, no vacuum during the run.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private const string Owner = "postgres"; // it refuses to run as root
    private readonly ServerProcess _server;

    public PostgresServer(WorkFolder folder, CancellationToken stop)
    {
        string data = folder.File("postgres");
        string log = folder.File("postgres.log");
        Directory.CreateDirectory(data);
        GiveToOwner(folder, data, log);
        ServerProcess.RunToEnd(new ServerCommand(
            Path.Combine(BinFolder!, "initdb"),
            ["-D", data, "-U", Owner, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            log)
        {
            User = Owner,
        });

        int port = ServerProcess.FreePort();
        string[] settings =
        [
            $"port={port.ToString(CultureInfo.InvariantCulture)}", "listen_addresses=127.0.0.1", "unix_socket_directories=",
            "fsync=on", "synchronous_commit=on", "shared_buffers=1GB", "max_wal_size=16GB", "checkpoint_timeout=30min",
            "wal_level=minimal", "max_wal_senders=0", "wal_buffers=64MB", "autovacuum=off",
        ];
        _server = ServerProcess.Start(new ServerCommand(
            Path.Combine(BinFolder!, "postgres"), ["-D", data, .. settings.SelectMany(setting => new[] { "-c", setting })], log)
        {
            User = Owner,
            StopSignal = LibC.InterruptSignal, // "fast": ends sessions, does not wait for them
        });
        ConnectionString = $"Host=127.0.0.1;Port={port};Username={Owner};Database=postgres;Pooling=false;Command Timeout=0";
        try
        {
            _server.WaitUntil(() => Ask<int>("SELECT 1") == 1, stop);
        }
        catch
        {
            _server.Dispose();
            throw;
        }
    }

    /// <summary>The newest version's programs, or null.</summary>
    public static string? BinFolder { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderByDescending(bin => double.Parse(Path.GetFileName(Path.GetDirectoryName(bin)!), CultureInfo.InvariantCulture))
            .FirstOrDefault()
        : null;

    public string ConnectionString { get; }

    public NpgsqlConnection Connect()
    {
        NpgsqlConnection connection = new(ConnectionString);
        connection.Open();
        return connection;
    }

    public void Do(string sql)
    {
        using NpgsqlConnection connection = Connect();
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    public T Ask<T>(string sql)
    {
        using NpgsqlConnection connection = Connect();
        using NpgsqlCommand command = new(sql, connection);
        return (T)command.ExecuteScalar()!;
    }

    public void Dispose() => _server.Dispose();

    private static void GiveToOwner(WorkFolder folder, string data, string log)
    {
        File.WriteAllText(log, "");
        if (LibC.IsRoot)
        {
            ServerProcess.RunToEnd(new ServerCommand("/bin/chown", [Owner, data, log], folder.File("chown.log")));
        }
    }
}
