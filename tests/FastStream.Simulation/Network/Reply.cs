using FastStream.Protocol;

namespace FastStream.Simulation.Network;

/// <summary>Something on its way from the engine to a producer.</summary>
/// <param name="Code">None for an ack.</param>
/// <param name="First">First sequence of an ack, or the sequence that is refused; 0: the session has ended.</param>
/// <param name="Last">Last sequence of an ack, or the sequence that is expected.</param>
internal readonly record struct Reply(ErrorCode Code, ulong First, ulong Last);
