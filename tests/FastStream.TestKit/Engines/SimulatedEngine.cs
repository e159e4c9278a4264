using FastStream.Engine;
using FastStream.TestKit.Journal;

namespace FastStream.TestKit.Engines;

/// <summary>Opens engines over three simulated disks.</summary>
internal sealed class SimulatedEngine
{
    private readonly SimulatedDisk[] _disks = [new(), new(), new()];
    private SimulatedLog[] _logs = [];

    /// <summary>Limits of the engines opened from now on.</summary>
    public EngineLimits Limits { get; init; } = new();

    /// <summary>Opens an engine on what the disks hold.</summary>
    public IngestionEngine Open(int partitionCount, TimeProvider clock, bool snapshotAtClose = true)
    {
        _logs =
        [
            new SimulatedLog(_disks[0], "journal"),
            new SimulatedLog(_disks[1], "results"),
            new SimulatedLog(_disks[2], "state"),
        ];
        return IngestionEngine.Open(
            new IngestionEngineOptions
            {
                DataDirectory = "simulated",
                Partitions = partitionCount,
                Clock = clock,
                Limits = Limits,
                Snapshots = new SnapshotOptions { AtClose = snapshotAtClose },
            },
            new EngineLogs(_logs[0], _logs[1], _logs[2]));
    }

    /// <summary>
    /// The power goes while the engine runs: what was flushed by now is what the next engine finds, whatever the
    /// present one does until it is disposed. A few entries more may have reached each disk by luck.
    /// </summary>
    public void CutPower(int luckyEntries = 0)
    {
        // The engine goes on while disk after disk is copied. What may never be ahead is copied first: a snapshot is not
        // ahead of results, and they are not ahead of the journal.
        _disks[2] = _logs[2].CopyDisk();
        _disks[1] = _logs[1].CopyDisk();
        _disks[0] = _logs[0].CopyDisk();
        Array.ForEach(_disks, disk => disk.CutPower(luckyEntries));
    }
}
