namespace FastStream.Microbenchmarks.Quick;

/// <summary>One thing to time.</summary>
internal sealed record QuickCase(string Name, Action Run);
