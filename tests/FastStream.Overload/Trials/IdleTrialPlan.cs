using FastStream.Engine.Ingress.Tcp;
using FastStream.Protocol;

namespace FastStream.Overload.Trials;

/// <summary>How large the trial of idle and slow connections is.</summary>
internal sealed record IdleTrialPlan
{
    public int IdleCount { get; init; } = 10_000;

    public int SlowCount { get; init; } = 100;

    public int Pairs { get; init; } = 5;

    /// <summary>Of the slow ones, every so many-th reads slowly and the others write slowly; 0: all write.</summary>
    public int ReaderEvery { get; init; } = 5;

    /// <summary>Whether the memory of an idle connection is measured, which takes two servers of its own.</summary>
    public bool MeasuresMemory { get; init; } = true;

    /// <summary>Seconds of each measurement.</summary>
    public int MeasureSeconds { get; init; } = 14;

    public int WarmSeconds { get; init; } = 6;

    public int FramesPerSecond { get; init; } = 1_000;

    public AckLevel Level { get; init; } = AckLevel.Durable;

    /// <summary>The server's bounds for slow ones; its defaults unless a test is short of time.</summary>
    public TimeSpan SlowFrameGrace { get; init; } = new FrameListenerOptions().SlowFrameGrace;

    /// <inheritdoc cref="SlowFrameGrace"/>
    public TimeSpan MaxUnsentTime { get; init; } = new FrameListenerOptions().MaxUnsentTime;

    /// <summary>Time before memory or latency is measured: what connecting left behind is collected in it.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long at most the server is waited for until it has collected once what connecting left behind.
    /// </summary>
    public TimeSpan MaxSettle { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether a pair goes before the others and is not counted: a slow connection that is cut runs code that the
    /// server has never run, and compiling it takes a core from whoever is measured.
    /// </summary>
    public bool WarmsBeside { get; init; } = true;
}
