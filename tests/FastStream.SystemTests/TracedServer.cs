using System.Diagnostics;
using System.Globalization;
using FastStream.TestKit.Processes;

namespace FastStream.SystemTests;

/// <summary><c>faststream serve</c> under strace, which answers some of its system calls with an error.</summary>
internal sealed class TracedServer : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TracedServer(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Why strace cannot be used here; null when it can.</summary>
    public static string? Unusable()
    {
        try
        {
            using Process? probe = Process.Start(new ProcessStartInfo("strace", ["-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync", "true"])
            {
                RedirectStandardError = true,
            });
            probe!.WaitForExit();
            return probe.ExitCode == 0 ? null : "strace may not trace here";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no strace";
        }
    }

    /// <summary>Starts it with an injection such as <c>fdatasync:error=EIO:when=9</c>.</summary>
    public static TracedServer Start(string data, string injection)
    {
        string calls = injection.Split(':')[0];
        string[] arguments =
        [
            "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={injection}",
            "dotnet", ServerProcess.ToolPath, "serve", "--data", data, "--port", "0", "--http", "0",
        ];
        ProcessStartInfo start = new("strace", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new TracedServer(Process.Start(start)!);
    }

    /// <summary>The port, or null when it ended before it was ready.</summary>
    public async Task<int?> PortAsync()
    {
        try
        {
            return await _port.Task.WaitAsync(s_deadline);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _port.TrySetException(new InvalidOperationException("it ended"));
        }
        else if (line.StartsWith("READY port=", StringComparison.Ordinal))
        {
            _port.TrySetResult(int.Parse(line.Split(' ')[1]["port=".Length..], CultureInfo.InvariantCulture));
        }
    }
}
