using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Sequencing;

/// <summary>Tells a partition of a new stream, or of fields and bounds that changed.</summary>
internal sealed class StreamTask(uint streamId, StreamDefinition definition) : IPartitionTask
{
    /// <inheritdoc/>
    public void Run(PartitionState partition)
    {
        if (partition.Has(streamId))
        {
            partition[streamId].UpdateStream(definition);
            return;
        }

        partition.Add(
            streamId,
            new StreamPartition(streamId, definition, partition.Slots, partition.Limits, partition.Memory));
    }
}
