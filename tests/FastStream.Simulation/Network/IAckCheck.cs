using FastStream.Engine.Ingress;
using FastStream.Simulation.Scenario;

namespace FastStream.Simulation.Network;

/// <summary>Judges what the engine says to producers, at the moment at which it says it.</summary>
internal interface IAckCheck
{
    /// <summary>A session has begun; everything up to the last sequence is in the journal, durable.</summary>
    void OnWelcome(ProducerPlan producer, ulong epoch, ulong lastSequence);

    /// <summary>Frames are acked.</summary>
    void OnAck(ProducerPlan producer, ulong epoch, in FrameAck ack);

    /// <summary>A frame is refused.</summary>
    void OnRefusal(ProducerPlan producer, ulong epoch, in FrameRefusal refusal);

    /// <summary>A frame has been received whole.</summary>
    void OnReceived();

    /// <summary>Whoever brought a frame has sequenced it himself, in a borrowed step.</summary>
    void OnBorrowed();
}
