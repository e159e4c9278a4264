namespace FastStream.Microbenchmarks.Quick;

/// <summary>A case's times, nanoseconds a unit.</summary>
/// <param name="Group">What was done.</param>
/// <param name="Case">By whom.</param>
/// <param name="Unit">What a time is given for.</param>
/// <param name="MedianNs">The middle sample.</param>
/// <param name="LowNs">The sample with a quarter below it.</param>
/// <param name="HighNs">The sample with a quarter above it.</param>
/// <param name="Ratio">Median against that of the group's first case.</param>
internal sealed record QuickResult(
    string Group, string Case, string Unit, double MedianNs, double LowNs, double HighNs, double Ratio);
