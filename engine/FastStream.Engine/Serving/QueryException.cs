using FastStream.Protocol;

namespace FastStream.Engine.Serving;

/// <summary>A question that cannot be answered: what, which value, what to do.</summary>
public sealed class QueryException(ErrorCode code, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public ErrorCode Code { get; } = code;
}
