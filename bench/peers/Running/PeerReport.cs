using System.Text.Encodings.Web;
using System.Text.Json;

namespace FastStream.Peers.Running;

/// <summary>The line that a run prints.</summary>
internal sealed record PeerReport(
    string Case,
    string Peer,
    string Version,
    string Durability,
    string Work,
    long Batch,
    int Connections,
    int Keys,
    int Seed,
    long Records,
    double Seconds,
    double RecordsPerSecond,
    double BytesPerSecond,
    double AckP50Us,
    double AckP99Us,
    double AckMaxUs,
    long Acks,
    string AckMeans,
    bool Checked,
    string Note)
{
    /// <summary>Goes up when a field changes its meaning.</summary>
    public const int Schema = 1;

    public static JsonSerializerOptions JsonOptions { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static PeerReport Of(IPeerCase peer, CaseRun run, Measurement measured)
    {
        LatencyHistogram acks = measured.Latencies;
        return new PeerReport(
            peer.Facts.Name,
            peer.Facts.Peer,
            peer.Version,
            peer.Facts.Durability,
            peer.Facts.Work,
            measured.Batch,
            peer.Facts.Connections,
            run.Load.KeyCount,
            run.Load.Seed,
            measured.RecordCount,
            Math.Round(measured.Seconds, 4),
            Math.Round(measured.RecordCount / measured.Seconds),
            Math.Round(measured.ByteCount / measured.Seconds),
            Us(acks.Quantile(0.5)),
            Us(acks.Quantile(0.99)),
            Us(acks.MaxNs),
            acks.Count,
            peer.Facts.AckMeans,
            Checked: true,
            measured.Note);
    }

    public string ToJson()
    {
        string json = JsonSerializer.Serialize(this, JsonOptions);
        return $"{{\"schema\":{Schema},{json.AsSpan(1)}";
    }

    public string ToText() =>
        $"""
        {Case}: {Peer} ({Version})
          {Durability}, {Work}; an ack means: {AckMeans}
          {RecordsPerSecond:N0} records/s, {BytesPerSecond / 1e6:N1} MB/s; {Records:N0} records in {Seconds:0.00} s, checked
          batch {Batch:N0}, {Connections} connection(s), {Keys:N0} keys, seed {Seed}
          {Acks:N0} acks: p50 {AckP50Us:N1} us, p99 {AckP99Us:N1} us, max {AckMaxUs:N1} us
          {Note}
        """;

    private static double Us(long ns) => Math.Round(ns / 1e3, 2);
}
