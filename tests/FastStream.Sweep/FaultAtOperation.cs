using FastStream.TestKit.Files;

namespace FastStream.Sweep;

/// <summary>Counts operations and lets the n-th meet its fault. Called under the file system's lock.</summary>
internal sealed class FaultAtOperation(SweepFault fault, int at)
{
    private int _count;
    private bool _isLifted;

    /// <summary>The operation that met the fault first; null when none did.</summary>
    public FileOperation? Hit { get; private set; }

    /// <summary>Operations seen.</summary>
    public int Count => _count;

    public FileFault Choose(FileOperation operation)
    {
        bool isHit = Interlocked.Increment(ref _count) == at; // one thread at a time; read by others afterwards
        if (fault.IsFullDisk)
        {
            isHit = !Volatile.Read(ref _isLifted) && _count >= at && TakesSpace(operation.Kind); // partner: Lift
        }

        if (!isHit)
        {
            return FileFault.None;
        }

        Hit ??= operation;
        return fault.Fault;
    }

    /// <summary>Whoever filled the disk makes space.</summary>
    public void Lift() => Volatile.Write(ref _isLifted, true); // partner: Choose

    private static bool TakesSpace(FileOperationKind kind) =>
        kind is FileOperationKind.Create or FileOperationKind.CreateDirectory or FileOperationKind.Preallocate;
}
