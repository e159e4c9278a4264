using FastStream.Engine.Partitions;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Something every partition does at one place of the stream, between two frames: take a definition, save a
/// snapshot, answer a question. It sees the state as of exactly one journal address.
/// </summary>
internal interface IPartitionTask
{
    /// <summary>Runs on the thread of the partition, once for each partition.</summary>
    void Run(PartitionState partition);
}
