using FastStream.Engine.Sequencing;

namespace FastStream.Server.Questions;

/// <summary>What is told of a producer: a copy taken on the thread that owns it.</summary>
internal sealed record ProducerCard(
    string Name, ulong Epoch, ulong LastSequence, bool IsConnected, string State, long Progress, long LastArrivalNs)
{
    /// <summary>Sequencer thread.</summary>
    public static ProducerCard Of(ProducerState producer, StreamState stream, long nowNs) => new(
        producer.Name,
        producer.Epoch,
        producer.LastSequence,
        producer.Session is { IsClosed: false },
        StateOf(producer, stream, nowNs),
        producer.Progress,
        producer.LastArrivalNs);

    private static string StateOf(ProducerState producer, StreamState stream, long nowNs)
    {
        if (producer.IsLive)
        {
            return "live";
        }

        if (!producer.WasSetAside)
        {
            return "ended";
        }

        return nowNs - producer.LastArrivalNs > stream.Definition.IdleTimeoutNs ? "idle" : "lagging";
    }
}
