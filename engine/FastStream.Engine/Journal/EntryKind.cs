namespace FastStream.Engine.Journal;

/// <summary>What an entry says. The numbers are on disk and frozen; new ones are added, none is used again.</summary>
internal enum EntryKind : byte
{
    /// <summary>No entry; never written.</summary>
    None = 0,

    /// <summary>A sequenced frame as received, its wire header included.</summary>
    Frame = 1,

    /// <summary>A frame that was refused for good; it takes its sequence number and nothing else.</summary>
    Tombstone = 2,

    /// <summary>A stream was created or changed.</summary>
    StreamDefined = 3,

    /// <summary>A producer opened a session with an epoch.</summary>
    ProducerOpened = 4,

    /// <summary>How the columns of a producer's schema map to the stream's fields.</summary>
    LayoutDefined = 5,

    /// <summary>Sources that no longer hold back the watermark.</summary>
    SourcesSetAside = 6,

    /// <summary>An operator closed what was left open.</summary>
    Advance = 7,

    /// <summary>A view was added.</summary>
    ViewAdded = 8,

    /// <summary>A view was dropped.</summary>
    ViewDropped = 9,

    /// <summary>Every partition saves its state as of this address.</summary>
    Snapshot = 10,

    /// <summary>Fills the log's last block before a commit; scanners pass over it.</summary>
    Padding = 11,

    /// <summary>First entry after each opening of a log.</summary>
    IncarnationStarted = 12,

    /// <summary>Stands where an entry was that damage has taken; written by repair alone, and says nothing.</summary>
    Lost = 13,

    /// <summary>Closed windows (results log).</summary>
    Results = 32,

    /// <summary>A part of a snapshot (state log).</summary>
    SnapshotChunk = 33,

    /// <summary>The end of a snapshot, with what is needed to load it (state log).</summary>
    SnapshotComplete = 34,
}
