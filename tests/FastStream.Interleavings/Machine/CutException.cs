namespace FastStream.Interleavings.Machine;

/// <summary>Ends an actor whose run is known already, or has failed.</summary>
internal sealed class CutException : Exception;
