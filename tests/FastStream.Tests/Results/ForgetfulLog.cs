using FastStream.Engine.Journal;
using FastStream.Engine.Memory;

namespace FastStream.Tests.Results;

/// <summary>A log that takes everything, keeps nothing and allocates nothing: what is measured is its user.</summary>
internal sealed class ForgetfulLog : IEntryLog
{
    private static readonly EmptyScanner s_nothing = new();

    public string Name => "forgetful";

    public ulong Incarnation => 1;

    public int MaxPayloadBytes => 1 << 20;

    public long BeginAddress => 0;

    public long TailAddress { get; private set; }

    public long WrittenAddress => TailAddress;

    public long DurableAddress => TailAddress;

    public bool IsVolatile => true;

    public long StoredBytes => 0;

    public LogFault? Fault => null;

    public Action? DurableAdvanced { get; set; }

    public AppendResult TryAppend(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address)
    {
        address = TailAddress;
        TailAddress += EntryHeader.SizeBytes + payload.Length;
        return AppendResult.Ok;
    }

    public void RequestCommit()
    {
    }

    public IEntryScanner Scan(long fromAddress, long toAddress, bool startsAtEntry = false) => s_nothing;

    public bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload)
    {
        header = default;
        payload = default;
        return false;
    }

    public void TruncateBefore(long address)
    {
    }

    public void Dispose()
    {
    }

    private sealed class EmptyScanner : IEntryScanner
    {
        public long NextAddress => 0;

        public bool MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
        {
            address = 0;
            header = default;
            payload = default;
            return false;
        }

        public void Dispose()
        {
        }
    }
}
