using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Monitoring;

namespace FastStream.Server.Metrics;

/// <summary>What may rise and fall, beside the counters: memory, files, connections, addresses.</summary>
internal static class EngineGauges
{
    public static void AddTo(EngineMeter meter, EngineCore core, FrameListener listener)
    {
        meter.AddGauge("connections", null, "Connections now.", () => (long)listener.ConnectionCount);
        meter.AddGauge("receive_bytes", "By", "Memory that connections receive into.", () => listener.ReceiveBytes);
        meter.AddGauge("unsent_bytes", "By", "Memory of answers that wait unread.", () => listener.UnsentBytes);
        meter.AddGauge(
            "in_flight_bytes",
            "By",
            "Memory of frames inside the engine, not yet applied.",
            () => core.Blocks.LeasedBytes);
        meter.AddGauge("journal_tail_address", null, "End of the journal.", () => core.Logs.Journal.TailAddress);
        meter.AddGauge(
            "journal_durable_address", null, "The journal is on stable storage up to here.",
            () => core.Logs.Journal.DurableAddress);
        meter.AddGauge(
            "applied_address", null, "Results of all entries below have left the partitions.",
            () => core.Partitions.Min(partition => partition.EmittedThrough));
        meter.AddGauge("journal_stored_bytes", "By", "Files of the journal.", () => core.Logs.Journal.StoredBytes);
        meter.AddGauge("results_stored_bytes", "By", "Files of the results log.", () => core.Logs.Results.StoredBytes);
        meter.AddGauge("state_stored_bytes", "By", "Files of the state log.", () => core.Logs.State.StoredBytes);
        meter.AddGauge("streams", null, "Streams.", () => (long)core.State.Streams.Length);
        meter.AddGauge("recovered_frames", null, "Frames the journal held at the start.", () => core.RecoveredFrames);
        meter.AddGauge(
            "faulted",
            null,
            "1 when the engine has met a fault and acks nothing any more.",
            () => Http.ServerHealth.FindFault(core) is null ? 0L : 1L);
    }
}
