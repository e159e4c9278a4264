using System.Globalization;

namespace FastStream.CrashLoop;

/// <summary>The counts of a run, and what it found.</summary>
internal sealed record CrashReport
{
    public required string Title { get; init; }

    public int Cycles { get; init; }

    /// <summary>Crashes of a server that was still recovering from the one before.</summary>
    public int CrashesWhileRecovering { get; init; }

    /// <summary>Crashes while a data folder was being made.</summary>
    public int CrashesAtBirth { get; init; }

    /// <summary>Cycles whose crash met a server that was ending in order.</summary>
    public int CrashesWhileEnding { get; init; }

    /// <summary>Files of the journal begun, of 256 KiB each: as often a segment was changed.</summary>
    public int JournalFiles { get; init; }

    /// <summary>Files of the state log begun, of 4 MiB each, full of snapshots.</summary>
    public int StateFiles { get; init; }

    /// <summary>Streams ordered over HTTP and answered.</summary>
    public int AnsweredOrders { get; init; }

    public long AckedFrames { get; init; }

    public long AckedRecords { get; init; }

    public long ResentFrames { get; init; }

    public long DuplicateFrames { get; init; }

    public long Reconnects { get; init; }

    /// <summary>Frames that had been acked and were gone.</summary>
    public long LostFrames { get; init; }

    /// <summary>Cycles that lost some.</summary>
    public int CyclesWithLoss { get; init; }

    /// <summary>Records that the ledger holds beyond those of each frame once.</summary>
    public long RecordsCountedTwice { get; init; }

    public TimeSpan Elapsed { get; init; }

    public string Digest { get; init; } = "";

    /// <summary>What broke the promise, a line each; empty in a clean run.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    public bool IsClean => LostFrames == 0 && RecordsCountedTwice == 0 && Findings.Count == 0;

    public override string ToString()
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Title}
              cycles               {Cycles:N0}, {CrashesWhileEnding:N0} of them during an orderly end
              crashes besides      {CrashesWhileRecovering:N0} during recovery, {CrashesAtBirth:N0} while the folder was made
              acked frames         {AckedFrames:N0} ({AckedRecords:N0} records)
              sent again           {ResentFrames:N0}
              acked as duplicates  {DuplicateFrames:N0}
              reconnects           {Reconnects:N0} under load
              files begun          {JournalFiles:N0} of the journal, {StateFiles:N0} of the state log
              answered orders      {AnsweredOrders:N0}
              acked and lost       {LostFrames:N0} in {CyclesWithLoss:N0} cycles
              records twice        {RecordsCountedTwice:N0}
              seconds              {Elapsed.TotalSeconds:N1} ({Elapsed.TotalSeconds / Math.Max(1, Cycles):N2} a cycle)
              digest               {Digest}
            """);
        return Findings.Count == 0 ? text : $"{text}\n  {string.Join("\n  ", Findings)}";
    }
}
