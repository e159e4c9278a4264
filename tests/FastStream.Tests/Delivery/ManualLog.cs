using FastStream.Engine.Journal;
using FastStream.Engine.Memory;

namespace FastStream.Tests.Delivery;

/// <summary>A log of addresses only: a test says how far it is written and durable, and when it fails.</summary>
internal sealed class ManualLog : IEntryLog
{
    private long _written;
    private long _durable;
    private LogFault? _fault;

    public string Name => "manual";

    public ulong Incarnation => 1;

    public int MaxPayloadBytes => 1 << 20;

    public long BeginAddress => 0;

    public long TailAddress => WrittenAddress;

    public long WrittenAddress
    {
        get => Volatile.Read(ref _written);
        set => Volatile.Write(ref _written, value);
    }

    public long DurableAddress
    {
        get => Volatile.Read(ref _durable);
        set => Volatile.Write(ref _durable, value);
    }

    public bool IsVolatile => false;

    public long StoredBytes => 0;

    public LogFault? Fault
    {
        get => Volatile.Read(ref _fault);
        set => Volatile.Write(ref _fault, value);
    }

    public Action? DurableAdvanced { get; set; }

    public AppendResult TryAppend(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address) =>
        throw new NotSupportedException();

    public void RequestCommit()
    {
    }

    public IEntryScanner Scan(long fromAddress, long toAddress, bool startsAtEntry = false) => throw new NotSupportedException();

    public bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload) =>
        throw new NotSupportedException();

    public void TruncateBefore(long address)
    {
    }

    public void Dispose()
    {
    }
}
