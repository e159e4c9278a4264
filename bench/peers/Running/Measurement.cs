namespace FastStream.Peers.Running;

/// <summary>What a case measured; its results have been checked by then.</summary>
/// <param name="RecordCount">Acked while the clock ran.</param>
/// <param name="ByteCount">The bytes of those records, without what a protocol puts around them.</param>
/// <param name="Seconds">From the first request to the last ack.</param>
/// <param name="Latencies">From each request to its ack.</param>
/// <param name="Batch">Records, or bytes in a ceiling, of one request.</param>
/// <param name="Note">What else a reader must know.</param>
internal sealed record Measurement(
    long RecordCount, long ByteCount, double Seconds, LatencyHistogram Latencies, long Batch, string Note);
