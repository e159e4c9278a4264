using System.Runtime.InteropServices;
using FastStream.Peers.Ceilings;
using FastStream.Peers.Running;

namespace FastStream.Peers;

/// <summary>Runs one case a process, so that another program can let several peers take turns.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int Usage = 2;
    private const int CannotRun = 3;
    private const int Interrupted = 130;

    /// <summary>
    /// Not async: servers are tied to the life of the thread that starts them (see <see cref="Servers.ServerProcess"/>), and
    /// this one lives until the end.
    /// </summary>
    public static int Main(string[] arguments)
    {
        if (arguments.Length > 0 && arguments[0] == PartnerProcess.Command)
        {
            return PartnerProcess.Serve(arguments.AsSpan(1));
        }

        PeersCommandLine? line = PeersCommandLine.Parse(arguments, out string problem);
        if (line is null)
        {
            TextWriter writer = problem.Length == 0 ? Console.Out : Console.Error;
            writer.WriteLine(problem.Length == 0 ? PeersCommandLine.Help : $"{problem}; try --help");
            return problem.Length == 0 ? 0 : Usage;
        }

        if (line.Command == "list")
        {
            Console.Write(line.AsJson ? CaseList.Json(line.Load) : CaseList.Text(line.Load));
            return 0;
        }

        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration ctrlC = StopOn(PosixSignal.SIGINT, interrupt);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, interrupt);
        return Run(line, interrupt.Token);
    }

    private static int Run(PeersCommandLine line, CancellationToken stop)
    {
        IPeerCase peer = line.Case!;
        if (peer.WhyNot(line.Load) is string reason)
        {
            Console.Error.WriteLine($"{peer.Facts.Name} cannot run here: {reason}");
            return CannotRun;
        }

        try
        {
            CaseRun run = new(peer.Facts, line.Load, stop);
            PeerReport report = PeerReport.Of(peer, run, peer.Run(run));
            Console.WriteLine(line.AsJson ? report.ToJson() : report.ToText());
            return 0;
        }
        catch (WrongResultException wrong)
        {
            Console.Error.WriteLine($"{peer.Facts.Name}: wrong result: {wrong.Message}");
            return Failed;
        }
        catch (CannotRunException cannot)
        {
            Console.Error.WriteLine($"{peer.Facts.Name} cannot run here: {cannot.Message}");
            return CannotRun;
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine($"{peer.Facts.Name}: interrupted, everything it started is stopped and removed");
            return Interrupted;
        }
        catch (Exception exception)
        {
            // Nothing may leave Main as an exception: the process would end before the using blocks have.
            Console.Error.WriteLine($"{peer.Facts.Name}: {exception}");
            return Failed;
        }
    }

    // Whatever is started stands in a using block, so cancelling is enough to have it stopped and removed.
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource interrupt) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            interrupt.Cancel();
        });
}
