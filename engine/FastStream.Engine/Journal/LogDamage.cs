namespace FastStream.Engine.Journal;

/// <summary>One place that is not sound.</summary>
/// <param name="File">The file that holds it.</param>
/// <param name="OffsetBytes">Where in that file.</param>
/// <param name="What">What was found there.</param>
internal sealed record LogDamage(string File, long OffsetBytes, string What);
