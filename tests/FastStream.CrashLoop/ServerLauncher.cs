using System.Globalization;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>
/// Starts the tool as all runs here do: one configuration, a free port each time, quick to start, and with another
/// number of partitions now and then, since nothing may depend on it.
/// </summary>
internal sealed class ServerLauncher
{
    private const int MostPartitions = 3;

    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(5);

    // A server that lives for half a second is compiled, not run: instrumented code is of no use to it.
    private static readonly KeyValuePair<string, string>[] s_environment = [new("DOTNET_TieredPGO", "0")];

    private readonly string _configuration;
    private readonly string[] _more;
    private readonly Random _random;

    public ServerLauncher(string configuration, CrashLoad load, int seed, params string[] more)
    {
        _configuration = configuration;
        _more = more;
        _random = new Random(seed);
        File.WriteAllText(configuration, load.Configuration);
    }

    /// <summary>Returns while it still recovers.</summary>
    public ServerProcess Begin(string dataFolder)
    {
        string partitions = (1 + _random.Next(MostPartitions)).ToString(CultureInfo.InvariantCulture);
        return ServerProcess.Begin(
            dataFolder, s_environment, ["--config", _configuration, "--partitions", partitions, .. _more]);
    }

    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync(s_deadline, arguments);
}
