using FastStream.Engine.Memory;

namespace FastStream.Engine.Journal;

/// <summary>
/// A log without files, for an engine that keeps nothing: its entries live until they are truncated or the process
/// ends. Without retention of its own; one made to forget gives out addresses and keeps no bytes at all.
/// </summary>
/// <remarks>
/// Threads: as <see cref="IEntryLog"/> has it, and only the appender truncates. Entries lie in chunks, none across two.
/// The appender fills a chunk, then releases it by raising the tail; a reader reads nothing above a tail that it has
/// acquired. Truncation drops the reference to a chunk and never uses its bytes again, so a reader that still holds it
/// reads on undisturbed.
/// What counts as durable is the tail: nothing here survives the process, and the engine grants no such ack.
/// </remarks>
internal sealed class MemoryLog : IEntryLog
{
    private const int ChunkLog2 = 20;
    private const int Alignment = 8;
    private const int SequenceOffset = 24; // of the header; 0 in no entry

    private readonly bool _forgets;
    private byte[]?[] _chunks = new byte[]?[64]; // grown by the appender; entries set to null by TruncateBefore
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

    public IEntryScanner Scan(long fromAddress, long toAddress) =>
        new MemoryLogScanner(this, fromAddress, _forgets ? fromAddress : Math.Min(toAddress, TailAddress));

    public bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload)
    {
        header = default;
        payload = default;
        if (_forgets || address < BeginAddress || address >= TailAddress
            || !TryRead(address, out header, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        payload = pool.Rent(Math.Max(1, bytes.Length), BlockPurpose.Replay);
        bytes.CopyTo(payload.Span);
        return true;
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
            Volatile.Write(ref _chunks[i & (_chunks.Length - 1)], null); // partner: TryRead
        }
    }

    public void Dispose() => _chunks = [];

    /// <summary>The entry at an address below the tail; false when it has been truncated meanwhile.</summary>
    internal bool TryRead(long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
    {
        byte[]?[] chunks = Volatile.Read(ref _chunks); // partner: ChunkFor
        byte[]? chunk = chunks.Length == 0
            ? null
            : Volatile.Read(ref chunks[(address >> ChunkLog2) & (chunks.Length - 1)]); // partner: TruncateBefore
        if (chunk is null || address < BeginAddress) // read last: the place is used again only once the begin has risen
        {
            header = default;
            payload = default;
            return false;
        }

        int at = OffsetOf(address);
        header = default;
        chunk.AsSpan(at, EntryHeader.SizeBytes).CopyTo(header.AsBytes());
        payload = chunk.AsSpan(at + EntryHeader.SizeBytes, (int)header.PayloadBytes);
        return true;
    }

    /// <summary>Where an entry that comes behind an address is: there, or in the next chunk.</summary>
    internal long Next(long address) => address < TailAddress && IsEndOfChunk(address) ? ChunkAfter(address) : address;

    /// <summary>The bytes that an entry takes.</summary>
    internal static int BytesOf(long payloadBytes) =>
        (int)(EntryHeader.SizeBytes + payloadBytes + Alignment - 1) & -Alignment;

    private static int OffsetOf(long address) => (int)(address & ((1 << ChunkLog2) - 1));

    private static long ChunkAfter(long address) => ((address >> ChunkLog2) + 1) << ChunkLog2;

    // No entry starts where a chunk has no header: the appender went on to the next one.
    private bool IsEndOfChunk(long address)
    {
        byte[]?[] chunks = Volatile.Read(ref _chunks); // partner: ChunkFor
        byte[]? chunk = chunks.Length == 0 ? null : chunks[(address >> ChunkLog2) & (chunks.Length - 1)];
        int at = OffsetOf(address);
        return chunk is not null
            && (at + EntryHeader.SizeBytes > chunk.Length || BitConverter.ToUInt64(chunk, at + SequenceOffset) == 0);
    }

    private long Keep(in EntryHeader header, ReadOnlySpan<byte> payload, long address, int entryBytes)
    {
        if (OffsetOf(address) + entryBytes > 1 << ChunkLog2)
        {
            address = ChunkAfter(address);
        }

        Span<byte> place = ChunkFor(address).AsSpan(OffsetOf(address), entryBytes);
        EntryHeader copy = header;
        copy.AsBytes().CopyTo(place);
        payload.CopyTo(place[EntryHeader.SizeBytes..]);
        return address;
    }

    private byte[] ChunkFor(long address)
    {
        long number = address >> ChunkLog2;
        if (number - (BeginAddress >> ChunkLog2) >= _chunks.Length)
        {
            byte[]?[] larger = new byte[]?[2 * _chunks.Length];
            for (long i = BeginAddress >> ChunkLog2; i < number; i++)
            {
                larger[i & (larger.Length - 1)] = _chunks[i & (_chunks.Length - 1)];
            }

            Volatile.Write(ref _chunks, larger); // partners: the readers
        }

        return _chunks[number & (_chunks.Length - 1)] ??= new byte[1 << ChunkLog2];
    }
}
