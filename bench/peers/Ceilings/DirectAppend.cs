using System.Diagnostics;
using FastStream.Peers.Running;

namespace FastStream.Peers.Ceilings;

/// <summary>
/// What the disk takes past the page cache: one block after the other with O_DIRECT into a preallocated file, each
/// followed by fdatasync or by nothing. One in flight, as a journal has it that acks in order.
/// </summary>
internal sealed class DirectAppend(string name, int blockBytes, bool isFlushed) : IPeerCase
{
    public PeerFacts Facts { get; } = new(
        name,
        $"O_DIRECT append of {blockBytes >> 10:N0} KiB into a preallocated file" + (isFlushed ? ", fdatasync" : ""),
        isFlushed ? Durabilities.Flushed : Durabilities.NotFlushed,
        Works.Moves,
        isFlushed ? "fdatasync has returned" : "the disk has taken the write, its cache is not flushed");

    public string Version => Environment.OSVersion.ToString();

    public string? WhyNot(PeerLoad load) => LinuxOnly.WhyNot() ?? WorkFolder.WhyNoDisk(load.Folder);

    public Measurement Run(CaseRun run)
    {
        using WorkFolder folder = new(run.Load.Folder);
        using DirectFile file = new(folder, blockBytes, run.Load.Seed);
        LatencyHistogram latencies = new();
        using IDisposable progress = run.Progress(latencies);
        long written = 0;
        run.StartClock();
        while (!run.IsOver)
        {
            long from = Stopwatch.GetTimestamp();
            file.Write(written++);
            if (isFlushed)
            {
                file.Flush();
            }

            latencies.AddSince(from);
        }

        double seconds = run.Elapsed;
        file.Check(written);
        long bytes = written * blockBytes;
        string note = file.Note(written) + "; records are bytes / 24";
        return new Measurement(bytes / PeerLoad.RecordBytes, bytes, seconds, latencies, blockBytes, note);
    }
}
