using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Client;

/// <summary>An ack as the callback sees it.</summary>
/// <param name="FirstSequence">The first frame it counts.</param>
/// <param name="LastSequence">The last frame it counts; all up to it are settled.</param>
/// <param name="Level">The level they have reached.</param>
/// <param name="IsDuplicate">Whether the server had them before.</param>
/// <param name="Counts">What became of their records.</param>
/// <param name="Latency">From the first sending of the last frame to now; zero when it is settled already.</param>
public readonly record struct ProducerAck(
    ulong FirstSequence,
    ulong LastSequence,
    AckLevel Level,
    bool IsDuplicate,
    AckCounts Counts,
    TimeSpan Latency);
