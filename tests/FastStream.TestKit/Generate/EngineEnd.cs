namespace FastStream.TestKit.Generate;

/// <summary>How an engine ends before it is opened again.</summary>
internal enum EngineEnd
{
    /// <summary>In order, with a snapshot.</summary>
    Close,

    /// <summary>In order, without one: the next start replays.</summary>
    CloseWithoutSnapshot,

    /// <summary>At once: whatever was not flushed is gone.</summary>
    PowerCut,
}
