using FastStream.TestKit.Processes;

namespace FastStream.Overload.Processes;

/// <summary>A server on a folder of its own that goes with it.</summary>
internal sealed class TrialServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private ServerProcess? _process;
    private ServerQuestions? _questions;

    /// <summary>The process that runs now.</summary>
    public ServerProcess Process => _process ?? throw new InvalidOperationException("the server does not run");

    /// <summary>Asks it over HTTP.</summary>
    public ServerQuestions Questions => _questions ??= new ServerQuestions(Process.HttpPort);

    /// <summary>Its data.</summary>
    public string DataFolder => _folder.PathOf("data");

    /// <summary>Configuration as JSON; used from the next start on.</summary>
    public string Configuration { get; set; } = "{}";

    /// <summary>What the process may use; used from the next start on.</summary>
    public ProcessConditions Conditions { get; set; } = new();

    /// <summary>Starts it, again or for the first time.</summary>
    public async Task StartAsync(params string[] arguments)
    {
        Stop();
        string file = _folder.PathOf("trial.json");
        await File.WriteAllTextAsync(file, Configuration).ConfigureAwait(false);
        _process = await ServerProcess.StartAsync(DataFolder, Conditions, ["--config", file, .. arguments])
            .ConfigureAwait(false);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        await Process.KillAsync().ConfigureAwait(false);
        Stop();
    }

    /// <summary>Runs the tool on the data folder; its exit code and output.</summary>
    public Task<(int ExitCode, string Output)> VerifyAsync() =>
        ServerProcess.RunAsync(TimeSpan.FromMinutes(5), "verify", DataFolder);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Stop()
    {
        _questions?.Dispose();
        _questions = null;
        _process?.Dispose();
        _process = null;
    }
}
