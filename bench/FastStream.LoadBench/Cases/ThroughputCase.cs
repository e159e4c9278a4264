using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>Frames over one connection, as fast as their acks allow.</summary>
internal sealed class ThroughputCase(string name, string what, AckLevel level) : ServedCase
{
    public override string Name => name;

    public override string What => what;

    public Workload Workload { get; init; } = new();

    /// <summary>Frames under way: enough that neither end waits for the other.</summary>
    public int InFlight { get; init; } = 64;

    /// <summary>Frames that leave in one write.</summary>
    public int FramesPerWrite { get; init; } = 1;

    /// <summary>The server; ephemeral unless it says otherwise.</summary>
    public ServerSettings Server { get; init; } = new();

    protected override ServerSettings Settings => Server;

    protected override CaseReport Run(CaseSettings settings, RoleProcess process, int port)
    {
        using FrameLoad load = new(port, Workload, level, InFlight)
        {
            FramesPerWrite = FramesPerWrite,
            Warmed = () => Mark(process),
        };
        LoadResult result = load.Run(settings.Seconds);
        return Check(CaseReport.Of(name, result).With(result.LatencyNs), process, result);
    }
}
