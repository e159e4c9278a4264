namespace FastStream.Sweep;

/// <summary>A promise that did not hold. Thrown by a scenario, kept by the sweep.</summary>
internal sealed class SweepFinding(string what) : Exception(what);
