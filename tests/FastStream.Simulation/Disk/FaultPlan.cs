using FastStream.Simulation.Driving;
using FastStream.TestKit.Files;

namespace FastStream.Simulation.Disk;

/// <summary>What will go wrong on the disk next: one operation, so many writing ones from now.</summary>
internal sealed class FaultPlan
{
    private FileFault _fault;
    private string _directory = "";
    private int _left = -1;

    /// <summary>It has happened.</summary>
    public bool HasFired { get; private set; }

    /// <summary>Draws one.</summary>
    public static FaultPlan Draw(SimulationRandom random, FileFaultKind kind, int error) => new()
    {
        _fault = new FileFault(kind, error),
        _directory = random.Of("/journal", "/journal", "/results", "/state", "/"),
        _left = random.Next(random.Of(3, 12, 40)),
    };

    /// <summary>What happens to an operation.</summary>
    public FileFault Decide(in FileOperation operation)
    {
        bool isMeant = _left >= 0
            && operation.Kind is FileOperationKind.Write or FileOperationKind.Flush or FileOperationKind.Preallocate
            && operation.Path.StartsWith(_directory, StringComparison.Ordinal);
        if (!isMeant || _left-- > 0)
        {
            return FileFault.None;
        }

        HasFired = true;
        return _fault;
    }
}
