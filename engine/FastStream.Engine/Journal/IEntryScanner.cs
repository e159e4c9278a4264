namespace FastStream.Engine.Journal;

/// <summary>Reads entries in order, checking each one. For one thread.</summary>
internal interface IEntryScanner : IDisposable
{
    /// <summary>Where the next entry is looked for: the end of the last one, or where the scan started.</summary>
    long NextAddress { get; }

    /// <summary>
    /// Steps to the next entry; padding is passed over. The payload is borrowed until the next call. False at the end
    /// of the range. Throws <see cref="JournalDamagedException"/> on anything that is not a sound log.
    /// </summary>
    bool MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload);
}
