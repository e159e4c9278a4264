using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using FastStream.Engine.Monitoring;

namespace FastStream.Server.Metrics;

/// <summary>
/// The instruments of one engine's meter as Prometheus text, read when somebody asks. A counter's name ends in
/// <c>_total</c>; some numbers of the process come after.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Sample> _samples = new(StringComparer.Ordinal);
    private readonly Lock _reading = new(); // one page at a time: the listener calls back into _samples

    /// <param name="counters">Whose meter: the scope that tells it from other engines of this process.</param>
    public MetricsPage(EngineCounters counters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == EngineMeter.Name && ReferenceEquals(instrument.Meter.Scope, counters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Take(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Take(instrument, value));
        _listener.Start();
    }

    /// <summary>Media type of the page.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes the page as of now.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        StringBuilder text = new();
        lock (_reading)
        {
            _samples.Clear();
            _listener.RecordObservableInstruments();
            foreach ((string name, Sample sample) in _samples)
            {
                Append(text, name, sample.Kind, sample.Help, sample.Value);
            }
        }

        AppendProcess(text);
        Encoding.UTF8.GetBytes(text.ToString(), output);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value)
    {
        bool isCounter = instrument is ObservableCounter<long>;
        string name = isCounter ? instrument.Name + "_total" : instrument.Name;
        _samples[name] = new Sample(isCounter ? "counter" : "gauge", instrument.Description ?? "", value);
    }

    private static void AppendProcess(StringBuilder text)
    {
        using Process process = Process.GetCurrentProcess();
        Append(text, "process_cpu_seconds_total", "counter", "CPU time used.", process.TotalProcessorTime.TotalSeconds);
        Append(text, "process_resident_memory_bytes", "gauge", "Memory in RAM.", process.WorkingSet64);
        Append(text, "process_threads", "gauge", "Threads.", process.Threads.Count);
        Append(text, "dotnet_allocated_bytes_total", "counter", "Bytes allocated.", GC.GetTotalAllocatedBytes());
        Append(text, "dotnet_collections_total", "counter", "Garbage collections.", GC.CollectionCount(0));
    }

    private static void Append(StringBuilder text, string name, string kind, string help, double value)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        text.Append(name).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string help) =>
        help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\\n");

    private readonly record struct Sample(string Kind, string Help, double Value);
}
