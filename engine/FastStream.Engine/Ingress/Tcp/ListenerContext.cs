namespace FastStream.Engine.Ingress.Tcp;

/// <summary>What all connections of a listener share.</summary>
internal sealed record ListenerContext(
    EngineCore Core,
    FrameListenerOptions Options,
    IngressCounters Counters,
    ReceiveSegments Segments,
    QuietLog Log,
    IConnectionQuestions? Questions)
{
    /// <summary>How many answers are made at once.</summary>
    public QuestionSlots Slots { get; } = new();

    /// <summary>Memory of answers over all connections.</summary>
    public UnsentBytes Unsent { get; } = new(Options);
}
