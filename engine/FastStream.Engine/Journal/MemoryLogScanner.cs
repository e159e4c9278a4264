namespace FastStream.Engine.Journal;

/// <summary>Reads a <see cref="MemoryLog"/> in order. For one thread.</summary>
internal sealed class MemoryLogScanner(MemoryLog log, long from, long until) : IEntryScanner
{
    public long NextAddress { get; private set; } = from;

    public bool MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
    {
        address = log.Next(NextAddress);
        header = default;
        payload = default;
        if (address >= until)
        {
            return false;
        }

        if (!log.TryRead(address, out header, out payload))
        {
            // As a log with files has it; whoever reads looks at the begin and knows that retention was at work.
            throw new JournalDamagedException(log.Name, "memory", address, "the entry has been truncated");
        }

        NextAddress = address + MemoryLog.BytesOf(payload.Length);
        return true;
    }

    public void Dispose()
    {
        // Holds nothing.
    }
}
