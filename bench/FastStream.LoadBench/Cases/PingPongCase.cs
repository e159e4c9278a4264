using System.Diagnostics;
using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;
using HdrHistogram;

namespace FastStream.LoadBench.Cases;

/// <summary>One record, its ack, the next record: what a single write costs who waits for it.</summary>
internal sealed class PingPongCase(string name, AckLevel level, string? folder, bool isBusy) : ServedCase
{
    private const double WarmSeconds = 1; // until both ends have compiled all of it for good

    public override string Name => name;

    public override string What =>
        $"closed loop of one-record frames, acked {level}" + (isBusy ? ", both ends spin" : "");

    public override bool FillsDisk => false;

    protected override ServerSettings Settings => new() { Folder = folder, BusyPollConnections = isBusy ? 1 : 0 };

    protected override CaseReport Run(CaseSettings settings, RoleProcess process, int port)
    {
        PreparedFrames frames = new(new Workload { RecordsPerFrame = 1, StepNs = Workload.ManyWindowsStepNs });
        using BenchConnection connection = new(port, "bench", level, isBusy);
        LongHistogram latencyNs = FrameLoad.NewHistogram();
        ulong sequence = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmSeconds)
        {
            connection.Send(frames.Next());
            RequireAck(connection, ++sequence);
        }

        Mark(process);
        long warmCount = frames.RecordCount;
        start = Stopwatch.GetTimestamp();
        long bytes = 0;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < settings.Seconds)
        {
            ReadOnlySpan<byte> frame = frames.Next();
            bytes += frame.Length;
            long sent = Stopwatch.GetTimestamp();
            connection.Send(frame);
            RequireAck(connection, ++sequence);
            latencyNs.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - sent));
        }

        LoadResult result = new()
        {
            AllRecords = frames.RecordCount,
            ValueSum = frames.ValueSum,
            Records = frames.RecordCount - warmCount,
            Bytes = bytes,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            LatencyNs = latencyNs,
            Congestion = connection.Congestion,
        };
        return Check(CaseReport.Of(name, result).With(latencyNs), process, result);
    }

    private static void RequireAck(BenchConnection connection, ulong sequence)
    {
        ulong last = connection.ReceiveAck();
        if (last != sequence)
        {
            throw new InvalidOperationException($"Frame {sequence} was sent and {last} acked.");
        }
    }
}
