using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using FastStream.Peers.Running;
using FastStream.Protocol;

namespace FastStream.Peers.Ceilings;

/// <summary>
/// What a receiver could reach that only reads bytes and checks them with CRC32C: the sender is a process of its own
/// and sends prepared batches, one write each.
/// </summary>
internal sealed unsafe class TcpSink : IPeerCase
{
    public const string PartnerName = "sink";
    private const int ReadBytes = 1 << 20;
    private const int PreparedBytes = 32 << 20;

    public PeerFacts Facts { get; } = new(
        "tcp-sink",
        "loopback receiver that reads and computes CRC32C, sender in its own process",
        Durabilities.Memory,
        Works.Moves,
        "no acks; a latency is that of one recv and its checksum");

    public string Version => Environment.OSVersion.ToString();

    public string? WhyNot(PeerLoad load) => LinuxOnly.WhyNot();

    /// <summary>The partner's part: sends for some seconds, then says on its output what it sent.</summary>
    public static void Send(int port, string[] arguments)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        double seconds = double.Parse(arguments[0], plain);
        int batchBytes = int.Parse(arguments[1], plain);
        int batchCount = Math.Max(1, PreparedBytes / batchBytes);
        using AlignedMemory batches = new(batchBytes * batchCount);
        new Random(int.Parse(arguments[2], plain)).NextBytes(batches.Span);
        using BareSocket socket = BareSocket.Connect(port, isBusy: false);

        long sent = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            socket.SendAll(batches.Pointer + (sent++ % batchCount * batchBytes), batchBytes);
        }

        string congestion = socket.Congestion;
        socket.Dispose();
        uint checksum = 0;
        for (long batch = 0; batch < sent; batch++)
        {
            checksum = Crc32C.Append(checksum, new Span<byte>(batches.Pointer + (batch % batchCount * batchBytes), batchBytes));
        }

        Console.WriteLine(string.Create(plain, $"{sent * batchBytes} {checksum} {congestion}"));
    }

    public Measurement Run(CaseRun run)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        int batchBytes = run.Load.RecordsPerBatch * PeerLoad.RecordBytes;
        using Socket listener = BareSocket.Listen(out int port);
        using PartnerProcess partner = PartnerProcess.Start(
            PartnerName, port.ToString(plain), run.Load.Seconds.ToString(plain), batchBytes.ToString(plain), run.Load.Seed.ToString(plain));
        using BareSocket socket = BareSocket.Accept(listener, isBusy: false, run.Stop);
        using AlignedMemory buffer = new(ReadBytes);
        LatencyHistogram latencies = new();
        using IDisposable progress = run.Progress(latencies);
        long received = socket.Receive(buffer.Pointer, 1);
        uint checksum = Crc32C.Append(0, buffer.Span[..1]);
        run.StartClock();
        while (true)
        {
            long from = Stopwatch.GetTimestamp();
            int bytes = socket.Receive(buffer.Pointer, ReadBytes);
            if (bytes == 0)
            {
                break;
            }

            checksum = Crc32C.Append(checksum, buffer.Span[..bytes]);
            received += bytes;
            latencies.AddSince(from);
            run.Stop.ThrowIfCancellationRequested();
        }

        double seconds = run.Elapsed;
        string[] said = partner.ReadToEnd().TrimEnd().Split(' ');
        Require.Equal(said[0], received.ToString(plain), "bytes");
        Require.Equal(said[1], checksum.ToString(plain), "checksum of all bytes");
        return new Measurement(
            received / PeerLoad.RecordBytes, received, seconds, latencies, run.Load.RecordsPerBatch, $"congestion control {said[2]}");
    }
}
