namespace FastStream.Engine.Ingress.Tcp;

/// <summary>What a connection is waiting for; each has a bound of its own.</summary>
internal enum ConnectionPhase
{
    /// <summary>It has not said hello.</summary>
    Hello,

    /// <summary>Between two frames.</summary>
    Quiet,

    /// <summary>Inside a frame.</summary>
    InFrame,

    /// <summary>At work, or held back by a bound: it is not the other side that is slow.</summary>
    Busy,
}
