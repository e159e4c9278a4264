using FastStream.Protocol;

namespace FastStream.Simulation.Scenario;

/// <summary>One producer: where it sends, how it wants to be answered, how many frames it sends ahead.</summary>
internal sealed record ProducerPlan(StreamPlan Stream, string Name, AckLevel Level, int Window);
