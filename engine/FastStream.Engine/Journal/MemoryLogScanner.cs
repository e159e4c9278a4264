namespace FastStream.Engine.Journal;

/// <summary>Reads a <see cref="MemoryLog"/> in order. For one thread.</summary>
internal sealed class MemoryLogScanner(MemoryLog log, long from, long until) : IEntryScanner
{
    private byte[] _payload = [];

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

        if (!TryRead(address, out header))
        {
            // As a log with files has it; whoever reads looks at the begin and knows that retention was at work.
            throw new JournalDamagedException(log.Name, "memory", address, "the entry has been truncated");
        }

        payload = _payload.AsSpan(0, (int)header.PayloadBytes);
        NextAddress = address + MemoryLog.BytesOf(payload.Length);
        return true;
    }

    public void Dispose()
    {
        // Holds nothing.
    }

    private bool TryRead(long address, out EntryHeader header)
    {
        if (!log.TryReadHeader(address, out header))
        {
            return false;
        }

        if (_payload.Length < header.PayloadBytes)
        {
            _payload = new byte[log.MaxPayloadBytes];
        }

        return log.TryReadPayload(address, _payload.AsSpan(0, (int)header.PayloadBytes));
    }
}
