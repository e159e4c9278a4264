using FastStream.Engine.Partitions;

namespace FastStream.Engine.Sequencing;

/// <summary>Adds a view to a stream, from its first window on.</summary>
internal sealed class AddViewTask(uint streamId, ViewEntry view, long address) : IPartitionTask
{
    /// <inheritdoc/>
    public void Run(PartitionState partition) =>
        partition[streamId].AddView(view.Definition, address, view.FirstWindowStart);
}
