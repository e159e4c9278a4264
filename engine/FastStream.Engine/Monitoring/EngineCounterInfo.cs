namespace FastStream.Engine.Monitoring;

/// <summary>What people read about a counter.</summary>
/// <param name="Counter">The counter.</param>
/// <param name="Label">Its name in metrics, without <c>faststream_</c>: lower case, words joined by _.</param>
/// <param name="Sentence">What it counts, in one sentence.</param>
public sealed record EngineCounterInfo(EngineCounter Counter, string Label, string Sentence);
