using System.Diagnostics.Metrics;

namespace FastStream.Engine.Monitoring;

/// <summary>
/// Shows the counters as instruments of a <see cref="Meter"/> called <c>FastStream</c>, so that dotnet-counters,
/// OpenTelemetry or the server's /metrics can read them. Costs nothing until somebody listens.
/// </summary>
internal sealed class EngineMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    internal const string Name = "FastStream";

    /// <summary>What every instrument's name starts with.</summary>
    internal const string Prefix = "faststream_";

    private readonly Meter _meter;

    internal EngineMeter(EngineCounters counters, IEnumerable<KeyValuePair<string, object?>>? tags = null)
    {
        // The scope tells one engine's instruments from another's of the same process.
        _meter = new Meter(Name, "1", tags, scope: counters);
        foreach (EngineCounterInfo info in EngineCounterCatalog.All)
        {
            EngineCounter counter = info.Counter;
            _meter.CreateObservableCounter(
                Prefix + info.Label, () => counters.Read(counter), unit: null, info.Sentence);
        }
    }

    /// <summary>Adds a value that may fall, such as bytes in flight; read on any thread, when somebody looks.</summary>
    internal void AddGauge(string label, string? unit, string sentence, Func<long> read) =>
        _meter.CreateObservableGauge(Prefix + label, read, unit, sentence);

    /// <summary>Adds a value that may fall and has a fraction.</summary>
    internal void AddGauge(string label, string? unit, string sentence, Func<double> read) =>
        _meter.CreateObservableGauge(Prefix + label, read, unit, sentence);

    /// <summary>Takes the instruments away.</summary>
    public void Dispose() => _meter.Dispose();
}
