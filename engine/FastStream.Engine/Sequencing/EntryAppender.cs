using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Appends to the journal: stamps arrival times that never go back, waits while the log's memory is full.
/// </summary>
/// <remarks>Owner: the sequencer thread, the log's one appender.</remarks>
internal sealed class EntryAppender
{
    private readonly IEntryLog _journal;
    private readonly EngineState _state;
    private readonly TimeProvider _clock;
    private readonly Parker _parker;
    private readonly CounterSet _counters;
    private readonly Func<bool> _hasMoved;
    private long _writtenSeen;

    public EntryAppender(
        IEntryLog journal, EngineState state, TimeProvider clock, Parker parker, CounterSet counters)
    {
        _counters = counters;
        _journal = journal;
        _state = state;
        _clock = clock;
        _parker = parker;
        _hasMoved = () => _journal.WrittenAddress != _writtenSeen || _journal.Fault is not null;
    }

    /// <summary>Now, as the journal sees it: never before the newest entry.</summary>
    public long NowNs => Math.Max(_state.LastArrivalNs, ToUnixNs(_clock.GetUtcNow()));

    /// <summary>Address after the entry appended last.</summary>
    public long EndAddress => _journal.TailAddress;

    /// <summary>Longest payload of one entry.</summary>
    public int MaxPayloadBytes => _journal.MaxPayloadBytes;

    /// <summary>
    /// Where the newest entry begins; -1 before the first. The log's tail is no such place: the next entry may begin on
    /// the next page.
    /// </summary>
    public long LastAddress { get; private set; } = -1;

    /// <summary>Called before it waits for room.</summary>
    public Action? BeforeWait { get; set; }

    /// <summary>Bytes appended since the counter was last set to zero; what a snapshot is due by.</summary>
    public long AppendedBytes { get; set; }

    /// <summary>Appends an entry; on None it is in the log (not yet durable), else nothing has happened.</summary>
    public ErrorCode Append(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address)
    {
        header.ArrivalNs = NowNs;
        while (true)
        {
            switch (_journal.TryAppend(ref header, payload, out address))
            {
                case AppendResult.Ok:
                    LastAddress = address;
                    AppendedBytes += EntryHeader.SizeBytes + payload.Length;
                    _counters.Add(EngineCounter.JournalEntriesAppended, 1);
                    _counters.Add(EngineCounter.JournalBytesAppended, EntryHeader.SizeBytes + payload.Length);
                    return ErrorCode.None;
                case AppendResult.Full:
                    _counters.Add(EngineCounter.JournalFullWaits, 1);
                    _writtenSeen = _journal.WrittenAddress;
                    _journal.RequestCommit();
                    BeforeWait?.Invoke();
                    _parker.WaitUntil(_hasMoved, timeoutMs: 50);
                    break;
                case AppendResult.DiskFull:
                    _counters.Add(EngineCounter.DiskFullRefusals, 1);
                    return ErrorCode.DiskFull;
                case AppendResult.TooLarge:
                    return ErrorCode.FrameTooLarge;
                default:
                    return ErrorCode.Faulted;
            }
        }
    }

    /// <summary>One line on why an append was refused.</summary>
    public string Explain(ErrorCode code) => code switch
    {
        ErrorCode.DiskFull => "the journal's disk is full: free space; the frame will be taken when it is sent again",
        ErrorCode.Faulted => _journal.Fault?.Message ?? "the journal is closed: restart the engine",
        _ => $"the journal takes at most {_journal.MaxPayloadBytes} bytes an entry: send smaller frames",
    };

    private static long ToUnixNs(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
}
