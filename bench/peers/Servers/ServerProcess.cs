using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>
/// A server as a child of this process: it hears no Ctrl+C of the terminal (we end it ourselves), it is killed when
/// this process is, and what it prints goes into a file of its data folder.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const int ReadySeconds = 60;
    private const int StopSeconds = 30;
    private readonly Process _process;
    private readonly string _logFile;
    private readonly int _stopSignal;

    private ServerProcess(Process process, string logFile, int stopSignal)
    {
        _process = process;
        _logFile = logFile;
        _stopSignal = stopSignal;
    }

    public int Id => _process.Id;

    /// <summary>A port that nobody has at this moment.</summary>
    public static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Starts it; call this on a thread that lives until the server's end, or the kernel ends the server.</summary>
    public static ServerProcess Start(ServerCommand command)
    {
        Process process = Process.Start(StartInfo(command)) ?? throw new CannotRunException($"{command.Program} did not start");
        return new ServerProcess(process, command.LogFile, command.StopSignal);
    }

    /// <summary>Runs a program of the server's to its end.</summary>
    public static void RunToEnd(ServerCommand command)
    {
        using ServerProcess server = Start(command);
        server._process.WaitForExit();
        if (server._process.ExitCode != 0)
        {
            throw new CannotRunException($"{command.Program} ended with {server._process.ExitCode}: {server.LogEnd()}");
        }
    }

    /// <summary>Asks until the answer is yes; an operation that fails is a no.</summary>
    public void WaitUntil(Func<bool> isReady, CancellationToken stop)
    {
        long from = Stopwatch.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                if (isReady())
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is not CannotRunException)
            {
                // Not yet.
            }

            if (_process.HasExited || Stopwatch.GetElapsedTime(from).TotalSeconds > ReadySeconds)
            {
                throw new CannotRunException($"the server did not get ready: {LogEnd()}");
            }

            stop.WaitHandle.WaitOne(50);
        }
    }

    /// <summary>Whether somebody listens.</summary>
    public static bool Listens(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return true;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = LibC.Kill(_process.Id, _stopSignal);
            if (!_process.WaitForExit(TimeSpan.FromSeconds(StopSeconds)))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(ServerCommand command)
    {
        // The shell only turns the output away; every program of the chain replaces itself by the next one.
        ProcessStartInfo start = new("/usr/bin/setsid")
        {
            ArgumentList = { "/bin/sh", "-c", "exec \"$0\" \"$@\" >> \"$PEER_LOG\" 2>&1 < /dev/null", "/usr/bin/setpriv" },
            WorkingDirectory = Path.GetDirectoryName(command.LogFile),
        };
        if (LibC.IsRoot && command.User is string user)
        {
            start.ArgumentList.Add($"--reuid={user}");
            start.ArgumentList.Add($"--regid={user}");
            start.ArgumentList.Add("--init-groups");
        }

        start.ArgumentList.Add("--pdeathsig=KILL");
        start.ArgumentList.Add("--");
        start.ArgumentList.Add(command.Program);
        foreach (string argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PEER_LOG"] = command.LogFile;
        foreach ((string name, string value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private string LogEnd()
    {
        string log = File.Exists(_logFile) ? File.ReadAllText(_logFile).TrimEnd() : "it printed nothing";
        return log.Length > 600 ? "..." + log[^600..] : log;
    }
}
