using System.Runtime.InteropServices;
using FastStream.Engine.Memory;

namespace FastStream.Engine.Journal;

/// <summary>
/// A log without files, for an engine that keeps nothing: its entries live until they are truncated or the process
/// ends. Without retention of its own; one made to forget gives out addresses and keeps no bytes at all.
/// </summary>
/// <remarks>
/// Threads: as <see cref="IEntryLog"/> has it, and only the appender truncates. Entries lie in chunks, none across two.
/// The appender fills a chunk, then releases it by raising the tail; a reader reads nothing above a tail that it has
/// acquired. Truncation raises the begin, and then the chunks below are filled anew (so that a log in steady state
/// allocates nothing): a reader copies an entry out and looks at the begin after that; where it has risen, what was
/// copied is worth nothing.
/// What counts as durable is the tail: nothing here survives the process, and the engine grants no such ack.
/// </remarks>
internal sealed class MemoryLog : IEntryLog
{
    private const int ChunkLog2 = MemoryLogChunk.SizeLog2;
    private const int Alignment = 8;
    private const int SequenceOffset = 24; // of the header; 0 in no entry
    private const int MostSpare = 16;

    private readonly bool _forgets;
    private readonly Stack<MemoryLogChunk> _spare = new(MostSpare); // the appender's
    private MemoryLogChunk?[] _chunks = new MemoryLogChunk?[64]; // the appender's: grown, and emptied by TruncateBefore
    private long _begin = LogGeometry.FirstAddress;
    private PaddedLong _tail; // writer: the appender
    private ulong _sequence;

    /// <summary>Makes an empty log.</summary>
    /// <param name="name">What messages call the log.</param>
    /// <param name="maxPayloadBytes">Longest payload; at most half a MiB.</param>
    /// <param name="forgets">Keeps no entry: scans find nothing.</param>
    internal MemoryLog(string name, int maxPayloadBytes, bool forgets)
    {
        Name = name;
        MaxPayloadBytes = forgets ? maxPayloadBytes : Math.Min(maxPayloadBytes, 1 << (ChunkLog2 - 1));
        _forgets = forgets;
        _tail.Value = _begin;
    }

    public string Name { get; }

    public ulong Incarnation => 1;

    public int MaxPayloadBytes { get; }

    public long BeginAddress => Volatile.Read(ref _begin); // partner: TruncateBefore

    public long TailAddress => Volatile.Read(ref _tail.Value); // partner: TryAppend

    public long WrittenAddress => TailAddress;

    public long DurableAddress => TailAddress;

    public bool IsVolatile => true;

    public long StoredBytes => _forgets ? 0 : TailAddress - BeginAddress;

    public LogFault? Fault => null;

    public Action? DurableAdvanced { get; set; }

    public AppendResult TryAppend(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address)
    {
        address = _tail.Value;
        if (payload.Length > MaxPayloadBytes)
        {
            return AppendResult.TooLarge;
        }

        header.Incarnation = Incarnation;
        header.EntrySequence = ++_sequence;
        header.DurableAddressKnown = (ulong)address;
        header.PayloadBytes = (uint)payload.Length;
        int entryBytes = BytesOf(payload.Length);
        if (!_forgets)
        {
            address = Keep(header, payload, address, entryBytes);
        }

        Volatile.Write(ref _tail.Value, address + entryBytes); // partner: TailAddress
        return AppendResult.Ok;
    }

    public void RequestCommit()
    {
        // Whoever waits for the tail sees it at once.
    }

    public IEntryScanner Scan(long fromAddress, long toAddress, bool startsAtEntry = false) =>
        new MemoryLogScanner(this, fromAddress, _forgets ? fromAddress : Math.Min(toAddress, TailAddress));

    public bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload)
    {
        header = default;
        payload = default;
        if (_forgets || address >= TailAddress || !TryReadHeader(address, out header))
        {
            return false;
        }

        payload = pool.Rent(Math.Max(1, (int)header.PayloadBytes), BlockPurpose.Replay);
        if (TryReadPayload(address, payload.Span[..(int)header.PayloadBytes]))
        {
            return true;
        }

        payload.Dispose();
        payload = default;
        return false;
    }

    public void TruncateBefore(long address)
    {
        if (address <= _begin || address >= TailAddress)
        {
            return;
        }

        long first = _begin;
        Volatile.Write(ref _begin, address); // before the chunks go: whoever misses one sees why; partner: BeginAddress
        for (long i = first >> ChunkLog2; !_forgets && i < address >> ChunkLog2; i++)
        {
            ref MemoryLogChunk? place = ref _chunks[i & (_chunks.Length - 1)];
            if (_spare.Count < MostSpare)
            {
                _spare.Push(place!);
            }

            Volatile.Write(ref place, null); // partner: ChunkOf
        }
    }

    public void Dispose() => _chunks = [];

    /// <summary>The header of the entry at an address below the tail; false when it has been truncated.</summary>
    internal bool TryReadHeader(long address, out EntryHeader header)
    {
        header = default;
        return TryCopy(address, header.AsBytes());
    }

    /// <summary>The same for its payload, as long as the header says.</summary>
    internal bool TryReadPayload(long address, Span<byte> payload) => TryCopy(address + EntryHeader.SizeBytes, payload);

    /// <summary>Where an entry that comes behind an address is: there, or in the next chunk.</summary>
    internal long Next(long address) => address < TailAddress && IsEndOfChunk(address) ? ChunkAfter(address) : address;

    /// <summary>The bytes that an entry takes.</summary>
    internal static int BytesOf(long payloadBytes) =>
        (int)(EntryHeader.SizeBytes + payloadBytes + Alignment - 1) & -Alignment;

    private static int OffsetOf(long address) => (int)(address & ((1 << ChunkLog2) - 1));

    private static long ChunkAfter(long address) => ((address >> ChunkLog2) + 1) << ChunkLog2;

    // No entry starts where a chunk has no header: the appender went on to the next one, and had cleared the place.
    private bool IsEndOfChunk(long address)
    {
        int at = OffsetOf(address);
        if (at + EntryHeader.SizeBytes > MemoryLogChunk.SizeBytes)
        {
            return true;
        }

        ulong sequence = 1;
        ChunkOf(address)?.Read(at + SequenceOffset, MemoryMarshal.AsBytes(new Span<ulong>(ref sequence)));
        return sequence == 0;
    }

    private MemoryLogChunk? ChunkOf(long address)
    {
        MemoryLogChunk?[] chunks = Volatile.Read(ref _chunks); // partner: ChunkFor
        return chunks.Length == 0
            ? null
            : Volatile.Read(ref chunks[(address >> ChunkLog2) & (chunks.Length - 1)]); // partner: TruncateBefore
    }

    private bool TryCopy(long address, Span<byte> target)
    {
        MemoryLogChunk? chunk = ChunkOf(address);
        int at = OffsetOf(address);
        if (chunk is null || at + target.Length > MemoryLogChunk.SizeBytes)
        {
            return false;
        }

        chunk.Read(at, target);
        Interlocked.MemoryBarrier(); // the copy comes before the look; partner: TruncateBefore
        return address >= BeginAddress;
    }

    private long Keep(in EntryHeader header, ReadOnlySpan<byte> payload, long address, int entryBytes)
    {
        int at = OffsetOf(address);
        if (at + entryBytes > MemoryLogChunk.SizeBytes)
        {
            if (at + EntryHeader.SizeBytes <= MemoryLogChunk.SizeBytes)
            {
                ChunkFor(address).Clear(at, EntryHeader.SizeBytes); // partner: IsEndOfChunk
            }

            address = ChunkAfter(address);
        }

        MemoryLogChunk chunk = ChunkFor(address);
        EntryHeader copy = header;
        chunk.Write(OffsetOf(address), copy.AsBytes());
        chunk.Write(OffsetOf(address) + EntryHeader.SizeBytes, payload);
        return address;
    }

    private MemoryLogChunk ChunkFor(long address)
    {
        long number = address >> ChunkLog2;
        if (number - (BeginAddress >> ChunkLog2) >= _chunks.Length)
        {
            MemoryLogChunk?[] larger = new MemoryLogChunk?[2 * _chunks.Length];
            for (long i = BeginAddress >> ChunkLog2; i < number; i++)
            {
                larger[i & (larger.Length - 1)] = _chunks[i & (_chunks.Length - 1)];
            }

            Volatile.Write(ref _chunks, larger); // partners: the readers
        }

        ref MemoryLogChunk? place = ref _chunks[number & (_chunks.Length - 1)];
        return place ??= _spare.TryPop(out MemoryLogChunk? spare) ? spare : new MemoryLogChunk();
    }
}
