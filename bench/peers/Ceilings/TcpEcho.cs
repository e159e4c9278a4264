using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using FastStream.Peers.Running;

namespace FastStream.Peers.Ceilings;

/// <summary>
/// The least that a round trip between two processes costs: 64 bytes there and back over the loopback, by blocking
/// calls or with both ends spinning.
/// </summary>
internal sealed unsafe class TcpEcho(bool isBusy) : IPeerCase
{
    public const string PartnerName = "echo";
    public const string BusyName = "busy";
    private const string BlockingName = "blocking";
    private const int MessageBytes = 64;
    private const int WarmupCount = 2_000;

    public PeerFacts Facts { get; } = new(
        isBusy ? "tcp-echo-busy" : "tcp-echo",
        "echo of 64 bytes between two processes, " + (isBusy ? "both ends spin on recv" : "blocking send and recv"),
        Durabilities.Memory,
        Works.Moves,
        "the bytes have come back");

    public string Version => Environment.OSVersion.ToString();

    public string? WhyNot(PeerLoad load) =>
        isBusy && Environment.ProcessorCount < 2 ? "two ends that spin need two cores" : LinuxOnly.WhyNot();

    /// <summary>The partner's part: what comes goes back, until the other end closes.</summary>
    public static void Serve(int port, bool isBusy)
    {
        using BareSocket socket = BareSocket.Connect(port, isBusy);
        byte* message = stackalloc byte[MessageBytes];
        while (socket.ReceiveAll(message, MessageBytes))
        {
            socket.SendAll(message, MessageBytes);
        }
    }

    public Measurement Run(CaseRun run)
    {
        using Socket listener = BareSocket.Listen(out int port);
        using PartnerProcess partner = PartnerProcess.Start(
            PartnerName, port.ToString(CultureInfo.InvariantCulture), isBusy ? BusyName : BlockingName);
        using BareSocket socket = BareSocket.Accept(listener, isBusy, run.Stop);
        byte* message = stackalloc byte[2 * MessageBytes];
        new Random(run.Load.Seed).NextBytes(new Span<byte>(message, MessageBytes));
        for (int warmup = 0; warmup < WarmupCount; warmup++)
        {
            Exchange(socket, message, -1 - warmup);
        }

        LatencyHistogram latencies = new();
        using IDisposable progress = run.Progress(latencies);
        long exchanged = 0;
        run.StartClock();
        while (!run.IsOver)
        {
            long from = Stopwatch.GetTimestamp();
            Exchange(socket, message, exchanged++);
            latencies.AddSince(from);
        }

        return new Measurement(
            exchanged, exchanged * MessageBytes, run.Elapsed, latencies, MessageBytes, $"batch is in bytes; congestion control {socket.Congestion}");
    }

    private static void Exchange(BareSocket socket, byte* message, long number)
    {
        byte* back = message + MessageBytes;
        *(long*)message = number;
        socket.SendAll(message, MessageBytes);
        Require.Equal(true, socket.ReceiveAll(back, MessageBytes), "the partner is there");
        bool isSame = new Span<byte>(message, MessageBytes).SequenceEqual(new Span<byte>(back, MessageBytes));
        Require.Equal(true, isSame, "the bytes came back");
    }
}
