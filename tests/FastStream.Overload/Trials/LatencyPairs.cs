using FastStream.Overload.Clients;

namespace FastStream.Overload.Trials;

/// <summary>
/// Pairs of measurements, alone and beside something, and the median of their ratios. A pair in which other processes
/// took a good part of a core says nothing about the server: it is counted apart.
/// </summary>
internal sealed class LatencyPairs
{
    private const double MostOthers = 0.25; // of one core
    private const int LeastClean = 3;       // fewer have no median worth the name

    private readonly List<(double Ratio, bool IsDisturbed)> _pairs = [];

    /// <summary>Pairs that nothing else disturbed.</summary>
    public int CleanCount => _pairs.Count(pair => !pair.IsDisturbed);

    /// <summary>Adds a pair; its ratio of 99th percentiles.</summary>
    public double Add(double[] alone, double[] beside, double others)
    {
        double ratio = RatioOf(alone, beside);
        _pairs.Add((ratio, others > MostOthers));
        return ratio;
    }

    /// <summary>Ratio of the 99th percentiles.</summary>
    public static double RatioOf(double[] alone, double[] beside) =>
        PacedProducer.Percentile(beside, 0.99) / PacedProducer.Percentile(alone, 0.99);

    /// <summary>The median against its bound, and the least and the greatest.</summary>
    public void Report(TrialReport report, string what, double bound)
    {
        bool hasClean = CleanCount >= LeastClean;
        double[] ratios = [.. _pairs.Where(pair => !hasClean || !pair.IsDisturbed).Select(pair => pair.Ratio).Order()];
        if (ratios.Length == 0)
        {
            return;
        }

        string of = hasClean ? $"{ratios.Length} pairs" : $"{ratios.Length} pairs, {ratios.Length - CleanCount} disturbed by other processes";
        report.AtMost($"{what}: p99 beside / alone, median of {of}", (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2, bound, "x");
        report.State($"{what}: least ratio", ratios[0], "x");
        report.State($"{what}: greatest ratio", ratios[^1], "x");
        report.State($"{what}: pairs left out because other processes took a quarter of a core",
            hasClean ? _pairs.Count - ratios.Length : 0, "");
    }
}
