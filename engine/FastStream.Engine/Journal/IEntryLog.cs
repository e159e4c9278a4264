using FastStream.Engine.Memory;

namespace FastStream.Engine.Journal;

/// <summary>
/// An append-only log of checked entries: FASTER in the product, memory in tests and simulation.
/// </summary>
/// <remarks>
/// Threads: one appender at a time for TryAppend; everything else may be called from any thread. An address is the
/// position of an entry; right after a successful append the appender reads the entry's end from
/// <see cref="TailAddress"/>. Addresses only rise, over the whole life of the log.
/// Always: BeginAddress &lt;= DurableAddress &lt;= WrittenAddress &lt;= TailAddress.
/// </remarks>
internal interface IEntryLog : IDisposable
{
    /// <summary>journal, results, state.</summary>
    string Name { get; }

    /// <summary>Which life of the log this is; rises by one with every life that begins.</summary>
    ulong Incarnation { get; }

    /// <summary>Longest payload that TryAppend takes.</summary>
    int MaxPayloadBytes { get; }

    /// <summary>First address that may be read.</summary>
    long BeginAddress { get; }

    /// <summary>End of the last entry; the next one starts here or, when it does not fit, on the next page.</summary>
    long TailAddress { get; }

    /// <summary>
    /// All entries that end at or below this have been written to the file; never below DurableAddress.
    /// </summary>
    long WrittenAddress { get; }

    /// <summary>All entries that end at or below this survive a power cut: their flush returned success.</summary>
    long DurableAddress { get; }

    /// <summary>True when the files lie on a file system that forgets: nothing here may be called durable.</summary>
    bool IsVolatile { get; }

    /// <summary>Bytes on disk of this log, whole segments counted.</summary>
    long StoredBytes { get; }

    /// <summary>Set once, when the log has stopped.</summary>
    LogFault? Fault { get; }

    /// <summary>
    /// Called each time WrittenAddress or DurableAddress has risen or Fault was set, on a thread of the log; must be
    /// short. Set it before the first append.
    /// </summary>
    Action? DurableAdvanced { get; set; }

    /// <summary>
    /// Begins a new life, unless it has begun: until then an opened log is read only and its files stay as they are.
    /// The first append begins it too. Throws when it cannot, and the log has stopped then.
    /// </summary>
    void Begin()
    {
        // A log without files has begun when it is made.
    }

    /// <summary>
    /// Appends one entry; the log completes the header (sequence, incarnation, checksums). Never waits, and allocates
    /// nothing of its own. Appender's thread only.
    /// </summary>
    AppendResult TryAppend(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address);

    /// <summary>
    /// Asks that what has been appended becomes durable. Cheap; may be called after every append: one commit is in
    /// flight at a time and the next takes everything that has come meanwhile.
    /// </summary>
    void RequestCommit();

    /// <summary>
    /// Reads from the entry at <paramref name="fromAddress"/> (BeginAddress or an entry's address or end) up to
    /// <paramref name="toAddress"/>, at most to what has been written when the scan starts. At BeginAddress, and with
    /// <paramref name="startsAtEntry"/>, an entry must stand there.
    /// </summary>
    IEntryScanner Scan(long fromAddress, long toAddress, bool startsAtEntry = false);

    /// <summary>
    /// Address of the last entry of a kind that lies below <paramref name="before"/>; -1 when none was found. Reads
    /// from there backwards, and of sound entries only their headers: whoever relies on it scans from there on, which
    /// checks everything, and would meet what this one has missed.
    /// </summary>
    long FindLast(EntryKind kind, long before)
    {
        long last = -1;
        using IEntryScanner scanner = Scan(BeginAddress, before);
        while (scanner.MoveNext(out long address, out EntryHeader header, out _))
        {
            last = header.Kind == kind && address < before ? address : last;
        }

        return last;
    }

    /// <summary>
    /// Reads the entry at an address into a block from <paramref name="pool"/>, payload first byte at its start.
    /// False when the address is truncated or not yet written. The caller disposes the lease.
    /// </summary>
    bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload);

    /// <summary>
    /// Gives up what lies before the address of a durable entry, which stays. Files go by whole segments, after the
    /// next commit. An address that is not before DurableAddress is ignored.
    /// </summary>
    void TruncateBefore(long address);
}
