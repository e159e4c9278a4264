using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace FastStream.TestKit.Processes;

/// <summary>
/// <c>faststream serve</c> as a child process, of the build configuration the tests were built in. Disposing kills it.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private bool _disposed;

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Path of the tool, built as the tests are.</summary>
    public static string ToolPath { get; } = FindTool();

    /// <summary>Port for frames.</summary>
    public int Port { get; private set; }

    /// <summary>Port for HTTP; 0 when it serves none.</summary>
    public int HttpPort { get; private set; }

    /// <summary>Frames that the journal gave back at this start.</summary>
    public long RecoveredFrames { get; private set; }

    /// <summary>All that it printed so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Whether it runs no more.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it on free ports (or the --port given) and waits until it accepts.</summary>
    public static Task<ServerProcess> StartAsync(string dataFolder, params string[] arguments) =>
        StartAsync(dataFolder, new ProcessConditions(), arguments);

    /// <summary>The same under conditions.</summary>
    public static async Task<ServerProcess> StartAsync(
        string dataFolder, ProcessConditions conditions, params string[] arguments)
    {
        ServerProcess server = Begin(dataFolder, conditions, arguments);
        try
        {
            await server.WaitUntilReadyAsync().ConfigureAwait(false);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts it as <see cref="StartAsync(string, string[])"/> does, and returns while it still recovers.</summary>
    public static ServerProcess Begin(
        string dataFolder, IEnumerable<KeyValuePair<string, string>> environment, params string[] arguments) =>
        Begin(dataFolder, new ProcessConditions { Environment = environment }, arguments);

    private static ServerProcess Begin(string dataFolder, ProcessConditions conditions, string[] arguments)
    {
        string[] port = arguments.Contains("--port") ? [] : ["--port", "0"];
        return Launch(["serve", "--data", dataFolder, .. port, "--http", "0", .. arguments], conditions);
    }

    /// <summary>Returns once it accepts; throws with its output when it ends instead.</summary>
    public async Task WaitUntilReadyAsync(TimeSpan? deadline = null) =>
        Understand(await _ready.Task.WaitAsync(deadline ?? s_startDeadline).ConfigureAwait(false));

    /// <summary>Starts another command of the tool.</summary>
    public static ServerProcess BeginTool(params string[] arguments) => Launch(arguments, new ProcessConditions());

    /// <summary>Runs the tool to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(TimeSpan deadline, params string[] arguments) =>
        RunAsync(deadline, new ProcessConditions(), arguments);

    /// <summary>The same under conditions.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        TimeSpan deadline, ProcessConditions conditions, params string[] arguments)
    {
        using ServerProcess tool = Launch(arguments, conditions);
        int exitCode = await tool.WaitForExitAsync(deadline).ConfigureAwait(false);
        return (exitCode, tool.Output);
    }

    /// <summary>SIGKILL: nothing of it runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>SIGTERM, then the exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan? deadline = null)
    {
        using Process kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().ConfigureAwait(false);
        return await WaitForExitAsync(deadline ?? s_startDeadline).ConfigureAwait(false);
    }

    /// <summary>The exit code, once it has ended by itself and all its output is here.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan deadline)
    {
        using CancellationTokenSource source = new(deadline);
        try
        {
            await _process.WaitForExitAsync(source.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no exit within {deadline}; output:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static ServerProcess Launch(string[] arguments, ProcessConditions conditions)
    {
        ProcessStartInfo start = conditions.Start("dotnet", [ToolPath, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start"));
    }

    private static string FindTool()
    {
        // .../FastStream.Tests/bin/Release/net10.0/ -> configuration and framework of this build.
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return RepositoryFolder.PathOf(
            "tools", "FastStream.Cli", "bin", framework.Parent!.Name, framework.Name, "faststream.dll");
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            // The end of a stream: if nothing was ready by now, nothing will be.
            _ready.TrySetException(new InvalidOperationException($"the process ended before READY:\n{Output}"));
            return;
        }

        _lines.Enqueue(line);
        if (line.StartsWith("READY ", StringComparison.Ordinal))
        {
            _ready.TrySetResult(line);
        }
    }

    private void Understand(string ready)
    {
        Dictionary<string, string> values = ready.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(part => part.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        Port = int.Parse(values["port"], CultureInfo.InvariantCulture);
        _ = int.TryParse(values.GetValueOrDefault("http"), CultureInfo.InvariantCulture, out int httpPort);
        HttpPort = httpPort;
        RecoveredFrames = long.Parse(values["recovered_frames"], CultureInfo.InvariantCulture);
    }
}
