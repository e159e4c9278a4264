using FastStream.Engine.Partitions;

namespace FastStream.Engine.Sequencing;

/// <summary>Drops a view with its open windows; its stored results stay until retention takes them.</summary>
internal sealed class DropViewTask(uint streamId, string view) : IPartitionTask
{
    /// <inheritdoc/>
    public void Run(PartitionState partition) => partition[streamId].DropView(view);
}
