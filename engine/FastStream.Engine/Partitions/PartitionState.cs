namespace FastStream.Engine.Partitions;

/// <summary>All that one partition thread owns: its share of every stream.</summary>
/// <remarks>Owner: the partition's thread; before it starts, the recovery.</remarks>
internal sealed class PartitionState(int index, int count, PartitionLimits limits) : IDisposable
{
    private StreamPartition?[] _streams = new StreamPartition?[8];
    private readonly List<StreamPartition> _all = [];
    private readonly List<uint> _ids = [];

    public int Index { get; } = index;

    public int Count { get; } = count;

    public SlotRange Slots { get; } = SlotRange.Of(index, count);

    public PartitionLimits Limits { get; } = limits;

    public PartitionMemory Memory { get; } = new(limits.MaxFrameRecords);

    /// <summary>
    /// Its streams, in the order in which they were defined. A list and no interface of one: the loop walks it several
    /// times a turn, and an enumerator behind an interface is an object.
    /// </summary>
    public List<StreamPartition> Streams => _all;

    /// <summary>Their numbers, at the same places.</summary>
    public IReadOnlyList<uint> StreamIds => _ids;

    /// <summary>The snapshot that is being saved between frames, or null.</summary>
    public Snapshots.PartitionSave? Saving { get; set; }

    /// <summary>Address after the last entry it has applied.</summary>
    public long AppliedAddress { get; set; }

    /// <summary>The share of a stream, which the journal has defined before.</summary>
    public StreamPartition this[uint streamId] => _streams[streamId]
        ?? throw new InvalidOperationException($"Partition {Index} has not heard of stream {streamId}.");

    public bool Has(uint streamId) => streamId < _streams.Length && _streams[streamId] is not null;

    public void Add(uint streamId, StreamPartition stream)
    {
        if (streamId >= _streams.Length)
        {
            Array.Resize(ref _streams, Math.Max(2 * _streams.Length, (int)streamId + 1));
        }

        _streams[streamId] = stream;
        _all.Add(stream);
        _ids.Add(streamId);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (StreamPartition stream in _all)
        {
            stream.Dispose();
        }

        Memory.Dispose();
    }
}
