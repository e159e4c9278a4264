using FastStream.Protocol;

namespace FastStream.Engine;

/// <summary>The engine could not take or answer something: what, which value, what to do.</summary>
public sealed class IngestionException(ErrorCode code, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public ErrorCode Code { get; } = code;
}
