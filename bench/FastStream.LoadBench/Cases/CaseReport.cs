using System.Text.Json;
using FastStream.LoadBench.Load;
using HdrHistogram;

namespace FastStream.LoadBench.Cases;

/// <summary>The figures of one run of a case; one JSON line.</summary>
internal sealed record CaseReport
{
    public int Schema { get; init; } = 1;

    public required string Case { get; init; }

    /// <summary>Figures by name; the unit is in the name.</summary>
    public required Dictionary<string, double> Figures { get; init; }

    /// <summary>What else a reader must know.</summary>
    public string Note { get; init; } = "";

    public static CaseReport Of(string name, LoadResult load) => new()
    {
        Case = name,
        Figures = new Dictionary<string, double>
        {
            [Figure.RecordsPerSecond] = load.RecordsPerSecond,
            [Figure.BytesPerSecond] = load.Bytes / load.Seconds,
            [Figure.BytesPerRecord] = (double)load.Bytes / Math.Max(1, load.Records),
            [Figure.Seconds] = load.Seconds,
        },
        Note = $"congestion control {load.Congestion}",
    };

    /// <summary>The same with the percentiles of latencies.</summary>
    public CaseReport With(LongHistogram latencyNs)
    {
        Dictionary<string, double> figures = new(Figures);
        foreach ((string name, double percentile) in Figure.Percentiles)
        {
            figures[name] = latencyNs.GetValueAtPercentile(percentile) / 1_000.0;
        }

        return this with { Figures = figures };
    }

    public CaseReport With(string figure, double value) =>
        this with { Figures = new Dictionary<string, double>(Figures) { [figure] = value } };

    public string ToJson() => JsonSerializer.Serialize(this, LoadBenchJson.Default.CaseReport);

    public static CaseReport Parse(string json) => JsonSerializer.Deserialize(json, LoadBenchJson.Default.CaseReport)!;
}
