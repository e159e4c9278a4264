using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace FastStream.Cli.Demo;

/// <summary>A real <c>faststream serve</c> as a child process, of the same executable as this one.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _complaints = new();

    private ServerProcess(Process process)
    {
        _process = process;
    }

    public int Id => _process.Id;

    public int FramePort { get; private set; }

    public int HttpPort { get; private set; }

    public long RecoveredFrames { get; private set; }

    /// <summary>From the start of the process to its READY line.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Ports of 0 take free ones.</summary>
    public static async Task<ServerProcess> StartAsync(
        DemoFolder folder, int framePort, int httpPort, int? partitions, CancellationToken stop)
    {
        ProcessStartInfo start = new()
        {
            FileName = Environment.ProcessPath!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) != "faststream")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "faststream.dll"));
        }

        string[] flags =
        [
            "serve", "--data", folder.DataPath, "--port", Text(framePort), "--http", Text(httpPort),
                "--stop-with-input",
            .. partitions is { } count ? (string[])["--partitions", Text(count)] : [],
            .. folder.IsVolatile ? (string[])["--allow-volatile"] : [],
        ];
        foreach (string flag in flags)
        {
            start.ArgumentList.Add(flag);
        }

        long startedAt = Stopwatch.GetTimestamp();
        ServerProcess server = new(Process.Start(start)!);
        try
        {
            await server.AwaitReadyAsync(stop);
            server.StartTime = Stopwatch.GetElapsedTime(startedAt);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILL: no last word, no flush, no goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM where there is one: drains and ends by itself.</summary>
    public async Task StopAsync()
    {
        if (OperatingSystem.IsWindows() || Kill(_process.Id, SigTerm) != 0)
        {
            // The child takes the end of its input as the wish to stop where no signal can be sent.
            _process.StandardInput.Close();
        }

        using CancellationTokenSource deadline = new(s_stopDeadline);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new CommandFailure(ExitCode.Failed, $"the server did not stop within "
                + $"{s_stopDeadline.TotalSeconds} s of SIGTERM");
        }

        if (_process.ExitCode != 0)
        {
            throw new CommandFailure(ExitCode.Failed, $"the server ended with {_process.ExitCode}: {Complaints()}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task AwaitReadyAsync(CancellationToken stop)
    {
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_complaints)
            {
                _complaints.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(s_startDeadline);
        while (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (TryReadReady(line))
            {
                // Whatever else it prints must not fill the pipe and stop it.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(System.IO.Stream.Null, CancellationToken.None);
                return;
            }
        }

        await _process.WaitForExitAsync(deadline.Token);
        throw new CommandFailure((ExitCode)_process.ExitCode, $"the server did not start: {Complaints()}");
    }

    private bool TryReadReady(string line)
    {
        string[] words = line.Split(' ');
        if (words is not ["READY", ..])
        {
            return false;
        }

        FramePort = (int)Number(words, "port");
        HttpPort = (int)Number(words, "http");
        RecoveredFrames = Number(words, "recovered_frames");
        return true;
    }

    private static long Number(string[] words, string name)
    {
        string word = words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal)) ?? name + "=0";
        return long.Parse(word.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
    }

    private string Complaints()
    {
        lock (_complaints)
        {
            string text = _complaints.ToString().Trim();
            return text.Length > 0 ? text : "it said nothing";
        }
    }

    private static string Text(int number)
    {
        return number.ToString(CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
