namespace FastStream.Simulation;

/// <summary>Something is not as it must be: what a seed was run for.</summary>
internal sealed class SimulationFailure(string message) : Exception(message);
