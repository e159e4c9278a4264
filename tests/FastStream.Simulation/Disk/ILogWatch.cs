using FastStream.Engine.Journal;

namespace FastStream.Simulation.Disk;

/// <summary>Looks on while logs are written.</summary>
internal interface ILogWatch
{
    /// <summary>A start has found this in a log and will go on behind it.</summary>
    void OnRecovered(string log, RecoveredLog recovered);

    /// <summary>An entry other than padding has been appended.</summary>
    void OnAppended(SimulatedEntryLog log, long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload);

    /// <summary>What lies before the address is given up.</summary>
    void OnTruncated(SimulatedEntryLog log, long address);

    /// <summary>A coin.</summary>
    bool Flips();
}
