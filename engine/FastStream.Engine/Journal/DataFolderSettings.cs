namespace FastStream.Engine.Journal;

/// <summary>How a data folder is opened.</summary>
internal sealed record DataFolderSettings
{
    /// <summary>The input log.</summary>
    internal EntryLogSettings Journal { get; init; } = EntryLogSettings.Journal;

    /// <summary>Closed windows.</summary>
    internal EntryLogSettings Results { get; init; } = EntryLogSettings.Small;

    /// <summary>Snapshots.</summary>
    internal EntryLogSettings State { get; init; } = EntryLogSettings.Small;

    /// <summary>Open even where nothing survives a power cut; the logs then say IsVolatile.</summary>
    internal bool AllowVolatile { get; init; }

    /// <summary>Space held back for results and snapshots when the disk is full; 0: none.</summary>
    internal long ReserveBytes { get; init; }

    /// <summary>What the folder lies in.</summary>
    internal FileSystem Files { get; init; } = FileSystem.OfMachine;
}
