namespace FastStream.Engine.Journal;

/// <summary>A log whose end has been found, before it is opened.</summary>
/// <param name="Geometry">Where its bytes lie.</param>
/// <param name="Recovered">Where it ends.</param>
/// <param name="Direct">Whether its file system takes O_DIRECT.</param>
/// <param name="IsNew">Whether it has yet to be created.</param>
/// <param name="MemoryBytes">Memory for its pages.</param>
internal sealed record PreparedLog(
    LogGeometry Geometry, RecoveredLog Recovered, bool Direct, bool IsNew, long MemoryBytes);
