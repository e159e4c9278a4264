using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>
/// Frames of 1,000 records at a fixed rate, whatever the server does: latency from when a frame was due to its ack, so
/// that a pause counts for every frame that would have been sent in it (no coordinated omission).
/// </summary>
internal sealed class OpenLoopCase(string name, AckLevel level, string? folder) : ServedCase
{
    // Until some windows have closed: the first ones run code that is not compiled yet.
    private const double WarmSeconds = 4;

    public override string Name => name;

    public override string What => $"open loop, frames of 1,000 records at a fixed rate, acked {level}";

    protected override CaseReport Run(CaseSettings settings, RoleProcess process, int port)
    {
        // Event time at the pace of the clock: a window of all keys closes each second.
        Workload workload = new() { RecordsPerFrame = 1_000, StepNs = (long)(1e9 / settings.RecordsPerSecond) };
        using FrameLoad load = new(port, workload, level, inFlight: 4_096)
        {
            WarmSeconds = WarmSeconds,
            Warmed = () => Mark(process),
        };
        LoadResult result = load.Run(settings.Seconds, settings.RecordsPerSecond);
        return Check(CaseReport.Of(name, result).With(result.LatencyNs), process, result);
    }

    protected override ServerSettings Settings => new() { Folder = folder };
}
