using FastStream.Engine.Memory;

namespace FastStream.Engine.Journal;

/// <summary>
/// Reads entries one at a time for any thread. One reader, with its open file, is kept for the next call; a second
/// thread at the same moment makes its own.
/// </summary>
internal sealed class SingleEntryReads(LogGeometry geometry, bool direct) : IDisposable
{
    private EntryReader? _idle; // by Interlocked: taken and put back by whoever reads

    /// <summary>Throws <see cref="JournalDamagedException"/> unless a sound entry lies there below the limit.</summary>
    internal void Read(long address, long limit, BlockPool pool, out EntryHeader header, out BlockLease payload)
    {
        EntryReader reader = Interlocked.Exchange(ref _idle, null) // partner: the exchange below
            ?? new EntryReader(geometry, direct, EntryReader.RandomBytes);
        try
        {
            EntryFault fault = reader.Read(address, limit, out header, out ReadOnlySpan<byte> bytes, out _);
            if (fault != EntryFault.None)
            {
                throw geometry.Damage(address, $"the entry is not sound ({fault})");
            }

            payload = pool.Rent(Math.Max(1, bytes.Length), BlockPurpose.Replay);
            bytes.CopyTo(payload.Span);
        }
        finally
        {
            Interlocked.Exchange(ref _idle, reader)?.Dispose(); // partner: the exchange above
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _idle, null)?.Dispose(); // partner: Read
}
