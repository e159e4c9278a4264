namespace FastStream.Simulation.Disk;

/// <summary>Something that a log has to do on its disk.</summary>
internal readonly record struct DiskOperation(DiskOperationKind Kind, long From, long Until, ulong Sequence);
