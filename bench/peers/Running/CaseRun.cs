using System.Diagnostics;

namespace FastStream.Peers.Running;

/// <summary>One run of one case: its load, its clock, and the wish to stop.</summary>
internal sealed class CaseRun(PeerFacts facts, PeerLoad load, CancellationToken stop)
{
    private const int ProgressMs = 3_000;
    private long _startTicks;
    private long _endTicks;

    public PeerLoad Load { get; } = load;

    public CancellationToken Stop { get; } = stop;

    /// <summary>Whether the time is up. Throws when somebody wants the run to stop.</summary>
    public bool IsOver
    {
        get
        {
            Stop.ThrowIfCancellationRequested();
            return Stopwatch.GetTimestamp() >= Volatile.Read(ref _endTicks);
        }
    }

    /// <summary>Seconds since the clock was started.</summary>
    public double Elapsed => Stopwatch.GetElapsedTime(_startTicks).TotalSeconds;

    /// <summary>Starts the clock; what is prepared is prepared by now.</summary>
    public void StartClock()
    {
        _startTicks = Stopwatch.GetTimestamp();
        Volatile.Write(ref _endTicks, _startTicks + (long)(Load.Seconds * Stopwatch.Frequency));
    }

    /// <summary>Says every few seconds, on the error stream, that the run goes on. The histograms may be in use.</summary>
    public IDisposable Progress(params IReadOnlyList<LatencyHistogram> latencies) => new Timer(
        _ => Console.Error.WriteLine($"{facts.Name}: {Elapsed:0} s of {Load.Seconds:0}, {latencies.Sum(acks => acks.Count):N0} acks"),
        null,
        ProgressMs,
        ProgressMs);
}
