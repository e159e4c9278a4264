namespace FastStream.Engine.Ingress.Tcp;

/// <summary>Why a pump stopped taking frames out of what it has received.</summary>
internal enum PumpStep
{
    /// <summary>The next frame is not whole yet.</summary>
    NeedBytes,

    /// <summary>The session's bound of bytes in flight is reached.</summary>
    NeedRoom,

    /// <summary>The engine has no room: its inbox or its blocks are all in use.</summary>
    NeedEngine,

    /// <summary>So many frames of the dialogue were answered that others of the thread pool come first.</summary>
    Yield,

    /// <summary>A frame of the dialogue is to be answered.</summary>
    Dialogue,

    /// <summary>The connection is over.</summary>
    Over,
}
