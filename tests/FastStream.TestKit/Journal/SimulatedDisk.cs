namespace FastStream.TestKit.Journal;

/// <summary>
/// What lies on the disk under a <see cref="SimulatedLog"/>, and what a power cut leaves of it. One log at a time.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly List<SimulatedEntry> _entries = [];

    internal IReadOnlyList<SimulatedEntry> Entries => _entries;

    internal ulong LastIncarnation { get; set; }

    internal ulong LastSequence { get; set; }

    internal long BeginAddress { get; set; } = SimulatedLog.FirstAddress;

    internal long TailAddress { get; set; } = SimulatedLog.FirstAddress;

    /// <summary>End of what a flush has made safe.</summary>
    internal long DurableAddress { get; set; } = SimulatedLog.FirstAddress;

    internal void Add(SimulatedEntry entry)
    {
        _entries.Add(entry);
        TailAddress = entry.EndAddress;
        LastSequence = entry.Header.EntrySequence;
    }

    /// <summary>What lies on the disk now, on a disk of its own. Entries are never changed.</summary>
    internal SimulatedDisk Copy()
    {
        SimulatedDisk copy = new()
        {
            LastIncarnation = LastIncarnation,
            LastSequence = LastSequence,
            BeginAddress = BeginAddress,
            TailAddress = TailAddress,
            DurableAddress = DurableAddress,
        };
        copy._entries.AddRange(_entries);
        return copy;
    }

    internal void Remove(long beforeAddress)
    {
        _entries.RemoveAll(entry => entry.Address < beforeAddress);
        BeginAddress = Math.Max(BeginAddress, beforeAddress);
    }

    /// <summary>
    /// Loses what was not flushed: the flushed entries stay, of the others the first <paramref name="luckyEntries"/>
    /// happen to have reached the disk. The log that was open is dead; open a new one.
    /// </summary>
    internal void CutPower(int luckyEntries = 0)
    {
        int kept = _entries.FindIndex(entry => entry.EndAddress > DurableAddress);
        if (kept >= 0)
        {
            kept = Math.Min(_entries.Count, kept + luckyEntries);
            _entries.RemoveRange(kept, _entries.Count - kept);
        }

        TailAddress = _entries.Count == 0 ? Math.Max(DurableAddress, BeginAddress) : _entries[^1].EndAddress;
        DurableAddress = TailAddress; // recovery flushes what it rolls over before anybody sees it
        if (_entries.Count > 0)
        {
            LastSequence = _entries[^1].Header.EntrySequence;
        }
    }
}
