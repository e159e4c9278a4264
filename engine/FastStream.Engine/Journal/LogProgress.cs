using FastStream.Engine.Memory;

namespace FastStream.Engine.Journal;

/// <summary>How far a log has been written and how far it is durable.</summary>
/// <remarks>
/// Any thread reads. Writers: the I/O thread (Written, Flushed), the commit callback (Committed), who starts a commit
/// while none is in flight (CommitTo), and Restart before any of them. Both addresses only rise; the durable one rises
/// to ends of commits, since only those end on blocks, and stands still after <see cref="Stop"/>.
/// </remarks>
internal sealed class LogProgress
{
    private WrittenRange _written; // the I/O thread's, as is the next
    private WrittenRange _flushed;
    private long _commitUntil; // where the commit ends that is in flight, or the last one
    private bool _stopped;     // writer: Stop
    private PaddedLong _writtenAddress; // writer: the I/O thread
    private PaddedLong _durableAddress; // writers: the I/O thread and the commit callback, by compare-and-swap

    internal LogProgress(long address)
    {
        _written = new WrittenRange(address);
        _flushed = new WrittenRange(address);
        Restart(address);
    }

    internal long WrittenAddress => Math.Max(
        Volatile.Read(ref _writtenAddress.Value), DurableAddress); // partner: Written

    internal long DurableAddress => Volatile.Read(ref _durableAddress.Value); // partner: Raise

    /// <summary>Where the commit ends that is in flight, or the last one.</summary>
    internal long CommitUntil => Volatile.Read(ref _commitUntil); // partner: CommitTo

    /// <summary>Everything before the address is durable, and nothing after it has been written in this life.</summary>
    internal void Restart(long address)
    {
        _written = new WrittenRange(address);
        _flushed = new WrittenRange(address);
        Volatile.Write(ref _commitUntil, address);
        Volatile.Write(ref _writtenAddress.Value, address);
        Volatile.Write(ref _durableAddress.Value, address);
    }

    /// <summary>A commit begins that ends at the address, a block's border; before its first write is queued.</summary>
    internal void CommitTo(long address) => Volatile.Write(ref _commitUntil, address); // partner: Flushed

    /// <summary>I/O thread: a write has returned.</summary>
    internal void Written(long from, long until)
    {
        _written.Add(from, until);
        Volatile.Write(ref _writtenAddress.Value, _written.Until); // partner: WrittenAddress
    }

    /// <summary>
    /// I/O thread: a write has been flushed. True when the commit that ends with it is durable by that: who waits for
    /// it need not wait for FASTER's callback on the pool.
    /// </summary>
    internal bool Flushed(long from, long until)
    {
        _flushed.Add(from, until);
        long address = CommitUntil;
        return address <= _flushed.Until && Raise(address);
    }

    /// <summary>Commit callback: all that the commit covers has been flushed.</summary>
    internal void Committed() => Raise(CommitUntil);

    /// <summary>The log has failed: nothing becomes durable any more.</summary>
    internal void Stop() => Volatile.Write(ref _stopped, true); // partner: Raise

    private bool Raise(long address)
    {
        long known = DurableAddress;
        while (known < address && !Volatile.Read(ref _stopped)) // partner: Stop
        {
            long found = Interlocked.CompareExchange(ref _durableAddress.Value, address, known);
            if (found == known)
            {
                return true;
            }

            known = found;
        }

        return false;
    }
}
