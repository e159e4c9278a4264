using System.Diagnostics;
using FastStream.Peers.Running;

namespace FastStream.Peers.Ceilings;

/// <summary>How fast a replay could read: 4 MiB after 4 MiB with O_DIRECT, of a file that was written just before.</summary>
internal sealed class DirectRead : IPeerCase
{
    private const int BlockBytes = 4 << 20;
    private const long MostBlocks = (4L << 30) / BlockBytes;

    public PeerFacts Facts { get; } = new(
        "direct-read", "O_DIRECT read of 4 MiB after 4 MiB", Durabilities.Flushed, Works.Moves, "the bytes are in memory");

    public string Version => Environment.OSVersion.ToString();

    public string? WhyNot(PeerLoad load) => LinuxOnly.WhyNot() ?? WorkFolder.WhyNoDisk(load.Folder);

    public Measurement Run(CaseRun run)
    {
        using WorkFolder folder = new(run.Load.Folder);
        using DirectFile file = new(folder, BlockBytes, run.Load.Seed);
        long written = Math.Min(MostBlocks, file.FileBytes / BlockBytes);
        for (long number = 0; number < written; number++)
        {
            run.Stop.ThrowIfCancellationRequested();
            file.Write(number);
        }

        file.Flush();
        LatencyHistogram latencies = new();
        using IDisposable progress = run.Progress(latencies);
        long read = 0;
        run.StartClock();
        while (!run.IsOver)
        {
            long from = Stopwatch.GetTimestamp();
            file.Read(read++ % written);
            latencies.AddSince(from);
        }

        double seconds = run.Elapsed;
        file.Check(written);
        long bytes = read * BlockBytes;
        string note = $"batch is in bytes; {written * BlockBytes >> 20:N0} MiB, read {(double)read / written:0.0} times; records are bytes / 24";
        return new Measurement(bytes / PeerLoad.RecordBytes, bytes, seconds, latencies, BlockBytes, note);
    }
}
