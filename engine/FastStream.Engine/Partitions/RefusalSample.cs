namespace FastStream.Engine.Partitions;

/// <summary>A refused record, kept for looking at.</summary>
/// <param name="Address">Journal address of its frame.</param>
/// <param name="RecordIndex">Its index in the frame.</param>
/// <param name="Key">Its key (of a text stream: the engine's number of the key).</param>
/// <param name="Time">Its event time in nanoseconds since the Unix epoch.</param>
/// <param name="Value">The value the rule looked at; NaN when it was absent or time was the reason.</param>
internal readonly record struct RefusalSample(long Address, uint RecordIndex, ulong Key, long Time, double Value);
