using System.Runtime.InteropServices;
using FASTER.core;
using FastStream.Protocol;

namespace FastStream.Engine.Journal;

/// <summary>
/// FASTER's commit metadata in one preallocated file of two blocks. A commit overwrites the older block and flushes
/// it; the newest valid one counts. So a torn write costs the new commit at most, never the one before.
/// </summary>
/// <remarks>
/// Owner: FASTER's commit callback, one commit at a time. Never throws: FASTER's waiters would hang. A failure leaves
/// the older commit in place and is told to the log, which stops acknowledging.
/// </remarks>
internal sealed unsafe class CommitSlots : ILogCommitManager
{
    internal const int SlotBytes = DurableFile.BlockBytes;
    internal const int SlotCount = 2;
    internal const int FileBytes = SlotBytes * SlotCount;

    private const int ChecksumOffset = SlotBytes - sizeof(uint);
    private const int MetadataCapacity = ChecksumOffset - CommitRecord.SizeBytes;

    private readonly Lock _lock = new(); // a commit that FASTER makes late must not meet freed memory
    private readonly DurableFile _file;
    private readonly byte* _block;
    private readonly Action<string, string, int> _failed;
    private CommitRecord _newest; // writer: the commit callback
    private byte[] _metadata = [];
    private int _nextSlot;
    private bool _disposed;

    /// <summary>Takes over the file; it is disposed with this object.</summary>
    internal CommitSlots(DurableFile file, CommitRecord newest, int newestSlot, Action<string, string, int> failed)
    {
        _file = file;
        _failed = failed;
        _newest = newest;
        _nextSlot = (newestSlot + 1) % SlotCount;
        _block = (byte*)NativeMemory.AlignedAlloc(SlotBytes, DurableFile.BlockBytes);
    }

    /// <summary>Set by the commit loop before each commit: what the entries up to its address end with.</summary>
    internal ulong Incarnation { get; set; }

    /// <summary>Set by the commit loop before each commit.</summary>
    internal ulong EntrySequence { get; set; }

    /// <summary>Tests make the next commit fail with this error number.</summary>
    internal int FaultError { get; set; }

    internal bool HasFailed { get; private set; }

    /// <summary>The newest valid commit in a file's bytes; the slot is -1 when there is none.</summary>
    internal static CommitRecord FindNewest(ReadOnlySpan<byte> file, out int slot)
    {
        slot = -1;
        CommitRecord newest = default;
        for (int index = 0; index < SlotCount && (index + 1) * SlotBytes <= file.Length; index++)
        {
            ReadOnlySpan<byte> block = file.Slice(index * SlotBytes, SlotBytes);
            CommitRecord record = MemoryMarshal.Read<CommitRecord>(block);
            bool isValid = record.Magic == CommitRecord.MagicValue
                && record.Version == CommitRecord.CurrentVersion
                && Crc32C.Compute(block[..ChecksumOffset]) == MemoryMarshal.Read<uint>(block[ChecksumOffset..]);
            if (isValid && (slot < 0 || record.Number > newest.Number))
            {
                newest = record;
                slot = index;
            }
        }

        return newest;
    }

    /// <summary>Writes a commit that FASTER has not made: the first of each incarnation.</summary>
    internal int Write(in CommitRecord record, ReadOnlySpan<byte> metadata)
    {
        Span<byte> block = new(_block, SlotBytes);
        block.Clear();
        CommitRecord complete = record;
        complete.Magic = CommitRecord.MagicValue;
        complete.Version = CommitRecord.CurrentVersion;
        complete.MetadataBytes = (uint)metadata.Length;
        MemoryMarshal.Write(block, complete);
        metadata.CopyTo(block[CommitRecord.SizeBytes..]);
        uint checksum = Crc32C.Compute(block[..ChecksumOffset]);
        MemoryMarshal.Write(block[ChecksumOffset..], checksum);

        int error = FaultError != 0 ? FaultError : _file.Write((long)_nextSlot * SlotBytes, _block, SlotBytes);
        error = error != 0 ? error : _file.Flush();
        if (error == 0)
        {
            _newest = complete;
            _nextSlot = (_nextSlot + 1) % SlotCount;
        }

        return error;
    }

    /// <summary>FASTER calls this after the data up to <paramref name="untilAddress"/> has been flushed.</summary>
    public void Commit(
        long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
        if (HasFailed)
        {
            return;
        }

        int error = LibC.EINVAL;
        lock (_lock)
        {
            if (!_disposed && commitMetadata.Length <= MetadataCapacity)
            {
                CommitRecord record = new()
                {
                    Number = commitNum,
                    BeginAddress = beginAddress,
                    UntilAddress = untilAddress,
                    Incarnation = Incarnation,
                    EntrySequence = EntrySequence,
                };
                error = Write(record, commitMetadata);
            }
        }

        if (error == 0)
        {
            _metadata = commitMetadata;
            return;
        }

        HasFailed = true;
        _failed("commit", _file.Path, error);
    }

    public byte[] GetCommitMetadata(long commitNum) => commitNum == _newest.Number ? _metadata : [];

    public IEnumerable<long> ListCommits() => _metadata.Length == 0 ? [] : [_newest.Number];

    /// <summary>Nothing to do: a new commit overwrites the one before the last.</summary>
    public void RemoveCommit(long commitNum)
    {
    }

    /// <summary>Never done: a log is removed with its folder.</summary>
    public void RemoveAllCommits()
    {
    }

    public void OnRecovery(long commitNum)
    {
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _file.Dispose();
                NativeMemory.AlignedFree(_block);
            }
        }
    }
}
