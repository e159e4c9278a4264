using System.Diagnostics;
using FastStream.Peers.Running;

namespace FastStream.Peers.Ceilings;

/// <summary>The least that a durable ack of one small message costs: write() 64 bytes at a file's end, fdatasync.</summary>
internal sealed unsafe class BufferedAppend : IPeerCase
{
    private const int MessageBytes = 64;

    public PeerFacts Facts { get; } = new(
        "fsync-append", "append of 64 bytes to a growing file, fdatasync", Durabilities.Flushed, Works.Moves, "fdatasync has returned");

    public string Version => Environment.OSVersion.ToString();

    public string? WhyNot(PeerLoad load) => LinuxOnly.WhyNot() ?? WorkFolder.WhyNoDisk(load.Folder);

    public Measurement Run(CaseRun run)
    {
        using WorkFolder folder = new(run.Load.Folder);
        using BareFile file = new(folder.File("appended"), LibC.Append);
        LatencyHistogram latencies = new();
        using IDisposable progress = run.Progress(latencies);
        Span<byte> message = stackalloc byte[MessageBytes];
        Random random = new(run.Load.Seed);
        random.NextBytes(message);
        long appended = 0;
        run.StartClock();
        fixed (byte* bytes = message)
        {
            while (!run.IsOver)
            {
                *(long*)bytes = appended;
                long from = Stopwatch.GetTimestamp();
                file.Append(bytes, MessageBytes);
                file.Flush();
                latencies.AddSince(from);
                appended++;
            }
        }

        double seconds = run.Elapsed;
        Check(file, appended, message);
        return new Measurement(appended, appended * MessageBytes, seconds, latencies, MessageBytes, "batch is in bytes; records are appends");
    }

    private static void Check(BareFile file, long appended, ReadOnlySpan<byte> message)
    {
        byte[] read = new byte[MessageBytes];
        fixed (byte* bytes = read)
        {
            for (long at = 0; at < appended; at++)
            {
                file.ReadAt(at * MessageBytes, bytes, MessageBytes);
                Require.Equal(at, *(long*)bytes, "number of a message");
                Require.Equal(true, message[sizeof(long)..].SequenceEqual(read.AsSpan(sizeof(long))), $"bytes of message {at}");
            }
        }
    }
}
