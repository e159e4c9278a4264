using System.Buffers;
using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions;

/// <summary>
/// One stream's share in one partition: P(D) for the keys of its slots. Single-threaded and deterministic: no clock,
/// no thread, nothing random that could be seen. Applying the same entries in the same order gives the same state.
/// </summary>
internal sealed unsafe class StreamPartition : IDisposable
{
    /// <param name="streamId">The stream's number, put into slices.</param>
    /// <param name="stream">Its definition.</param>
    /// <param name="slots">The slots this partition owns.</param>
    /// <param name="limits">What a view may hold.</param>
    /// <param name="memory">Memory and scratch of the partition's thread, shared by its streams.</param>
    public StreamPartition(
        uint streamId, StreamDefinition stream, SlotRange slots, PartitionLimits limits, PartitionMemory memory)
    {
        Slots = slots;
        throw new NotImplementedException();
    }

    /// <summary>The slots owned.</summary>
    public SlotRange Slots { get; }

    /// <summary>This partition's share of the stream's counters.</summary>
    public StreamCounters Counters => throw new NotImplementedException();

    /// <summary>True while closed windows wait for <see cref="Emit"/>.</summary>
    public bool HasPendingCloses => throw new NotImplementedException();

    /// <summary>Adds a view (its Id set). Windows that start before <paramref name="fromTime"/> are left out.</summary>
    public void AddView(ViewDefinition view, long address, long fromTime = long.MinValue) =>
        throw new NotImplementedException();

    /// <summary>Drops a view with its open windows; closes that already wait are still emitted.</summary>
    public bool DropView(string name) => throw new NotImplementedException();

    /// <summary>Takes on added fields, rules and changed bounds.</summary>
    public void UpdateStream(StreamDefinition stream) => throw new NotImplementedException();

    /// <summary>This partition's share of a view's counters, or null.</summary>
    public ViewCounters? CountersOf(string view) => throw new NotImplementedException();

    /// <summary>
    /// Applies the records at <paramref name="rows"/> (ascending indexes of records whose keys lie in this
    /// partition's slots) and adds their fates to <paramref name="outcome"/>.
    /// </summary>
    public void Apply(
        in FrameContext frame, in FrameColumns columns, ReadOnlySpan<ushort> rows, ref FrameOutcome outcome) =>
        throw new NotImplementedException();

    /// <summary>Counts the records of a frame refused for good. Call on every partition: the owner of slot 0 counts.</summary>
    public void CountTombstone(long recordCount) => throw new NotImplementedException();

    /// <summary>
    /// Closes the windows with end + lateness at or below <paramref name="watermark"/>: they wait for
    /// <see cref="Emit"/> in order of (cause address, view id, window start).
    /// </summary>
    public void Advance(long address, long watermark) => throw new NotImplementedException();

    /// <summary>Fills the slice with the next rows of closed windows; bounded work a call.</summary>
    public EmitStatus Emit(ResultSlice slice, int maxRows) => throw new NotImplementedException();

    /// <summary>
    /// Every close whose cause address is below the returned address has been emitted wholly.
    /// <paramref name="appliedAddress"/> is the end of the last entry applied here.
    /// </summary>
    public long EmittedThrough(long appliedAddress) => throw new NotImplementedException();

    /// <summary>
    /// Hands copies of the rows of windows that are open, or closed and not yet wholly emitted, to the sink, slice by
    /// slice (views over all give partial slices). The slice is reused: the sink copies what it keeps.
    /// </summary>
    public void CollectOpen(string view, ulong? key, long from, long to, ResultSlice slice, Action<ResultSlice> sink) =>
        throw new NotImplementedException();

    /// <summary>
    /// Marks the present state for saving. The caller drains <see cref="Emit"/> first and lets the snapshot count
    /// only when the results of every cause below the address are durable: rows emitted before are not in it.
    /// </summary>
    public void BeginSnapshot(long address) => throw new NotImplementedException();

    /// <summary>Writes the next chunk of the marked state, about so many bytes; false when nothing was left.</summary>
    public bool SaveNext(IBufferWriter<byte> chunk, int budgetBytes) => throw new NotImplementedException();

    /// <summary>
    /// Takes the rows of own slots from a saved chunk; counters are taken by the owner of slot 0. Views are added
    /// before. Throws <see cref="InvalidDataException"/> when the chunk does not fit.
    /// </summary>
    public void Load(ReadOnlySpan<byte> chunk) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
