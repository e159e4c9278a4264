namespace FastStream.LoadBench.Cases;

/// <summary>How long and where a case runs.</summary>
/// <param name="Seconds">Length of the load.</param>
/// <param name="Folder">A folder on a real disk; what is made there is removed.</param>
/// <param name="RecordsPerSecond">The rate of an open loop.</param>
internal sealed record CaseSettings(double Seconds, string Folder, double RecordsPerSecond = 0);
