namespace FastStream.Engine.Results;

/// <summary>A subscription was ended by the engine; the message says why and what to do.</summary>
public sealed class SubscriptionCutException : Exception
{
    internal SubscriptionCutException(string message)
        : base(message)
    {
    }
}
