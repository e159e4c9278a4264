namespace FastStream.Engine.Serving;

/// <summary>Whether a window can still change.</summary>
public enum WindowState
{
    /// <summary>Closed and durable: the row is final.</summary>
    Closed = 0,

    /// <summary>Open, or closed and not yet durable: the row is what was applied so far.</summary>
    Open = 1,
}
