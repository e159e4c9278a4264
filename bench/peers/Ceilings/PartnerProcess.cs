using System.Diagnostics;
using System.Globalization;
using FastStream.Peers.Running;

namespace FastStream.Peers.Ceilings;

/// <summary>
/// This program once more, as the other end of a connection: a second process, as producer and server are two. It ends
/// with the process that started it.
/// </summary>
internal sealed class PartnerProcess : IDisposable
{
    /// <summary>The first argument by which this program knows that it is a partner.</summary>
    public const string Command = "partner";

    private readonly Process _process;

    private PartnerProcess(Process process) => _process = process;

    public static PartnerProcess Start(params IReadOnlyList<string> arguments)
    {
        string program = Environment.ProcessPath!;
        ProcessStartInfo start = new(program);
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(PartnerProcess).Assembly.Location);
        }

        start.ArgumentList.Add(Command);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardOutput = true;
        return new PartnerProcess(Process.Start(start)!);
    }

    public static int Serve(ReadOnlySpan<string> arguments)
    {
        LibC.DieWithParent();
        int port = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        switch (arguments[0])
        {
            case TcpEcho.PartnerName:
                TcpEcho.Serve(port, isBusy: arguments[2] == TcpEcho.BusyName);
                return 0;
            case TcpSink.PartnerName:
                TcpSink.Send(port, [.. arguments[2..]]);
                return 0;
            default:
                return 2;
        }
    }

    /// <summary>All that it printed; waits for its end.</summary>
    public string ReadToEnd() => _process.StandardOutput.ReadToEnd();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
