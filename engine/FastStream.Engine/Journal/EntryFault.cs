namespace FastStream.Engine.Journal;

/// <summary>What is wrong with the bytes at a log address.</summary>
internal enum EntryFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Zeros instead of a length: the rest of the page is unused, or the log ends here.</summary>
    Gap,

    /// <summary>The file ends before the entry does, or is not there.</summary>
    Missing,

    /// <summary>The length before the entry cannot be one.</summary>
    Length,

    /// <summary>The entry does not start with its magic bytes.</summary>
    Magic,

    /// <summary>The header's checksum differs.</summary>
    HeaderChecksum,

    /// <summary>The header is whole but of a version that this program does not read.</summary>
    Version,

    /// <summary>The payload's checksum differs.</summary>
    PayloadChecksum,

    /// <summary>The entry is whole but not the one that follows: another sequence or an earlier incarnation.</summary>
    Sequence,
}
