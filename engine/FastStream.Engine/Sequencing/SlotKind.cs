namespace FastStream.Engine.Sequencing;

/// <summary>What a ring slot asks of a partition.</summary>
internal enum SlotKind
{
    /// <summary>Records of one data frame, and the time that they move.</summary>
    Data,

    /// <summary>
    /// No records: time may have moved (time, end, set aside, advance) or a frame only wants its ack.
    /// </summary>
    Time,

    /// <summary>A frame that was refused for good: its records are counted and nothing else.</summary>
    Tombstone,

    /// <summary>A stream, its fields or its views changed.</summary>
    Definition,

    /// <summary>Save your state as it is here.</summary>
    Snapshot,

    /// <summary>Answer a question about your state as it is here.</summary>
    Question,

    /// <summary>Nothing follows; the partition thread ends.</summary>
    Stop,
}
