using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Results;
using FastStream.Engine.Snapshots;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using FastStream.Simulation.Disk;
using FastStream.Simulation.Driving;
using FastStream.Simulation.Network;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Model;

namespace FastStream.Simulation.Checks;

/// <summary>
/// Looks at everything that crosses a border of the engine at the moment it does: entries into logs, acks and refusals
/// to producers, results to subscribers. What must not be is kept as the failure of the run, since the engine catches
/// what is thrown inside it.
/// </summary>
internal sealed class Checker(SimulationPlan plan, SimulationRandom random, Trace trace) : ILogWatch, IAckCheck
{
    private readonly ResultsHistory _results = new();
    private SimulatedEntryLog? _journal;
    private SimulatedEntryLog? _resultsLog;
    private CounterSet? _counters;
    private long _promisedUntil; // journal address below which everything was promised to be durable

    /// <summary>The first thing that was not as it must be.</summary>
    public SimulationFailure? Failure { get; private set; }

    /// <summary>The journal and what producers have sent.</summary>
    public JournalHistory Journal { get; } = new(plan);

    /// <summary>Frames acked so far.</summary>
    public long AckCount { get; private set; }

    /// <summary>Result rows that have left.</summary>
    public int ResultCount => _results.Count;

    /// <summary>Snapshots that were completed.</summary>
    public int SnapshotCount { get; private set; }

    /// <summary>Since the last engine ended no power went and no bit changed: what was written is there.</summary>
    public bool KeptWritten { get; set; } = true;

    /// <summary>Another engine begins over these logs.</summary>
    public void Begin(SimulatedEntryLog journal, SimulatedEntryLog results)
    {
        _journal = journal;
        _resultsLog = results;
        KeptWritten = true;
    }

    /// <inheritdoc/>
    public void OnRecovered(string log, RecoveredLog recovered) => Guard(() =>
    {
        string what = recovered.RolledForwardCount > 0 ? "rolled forward" : "recovered";
        trace.Note(what, log[0], recovered.TailAddress, (long)recovered.EntrySequence, recovered.RolledForwardCount);
        if (log == "journal")
        {
            long tail = recovered.TailAddress;
            trace.Note(Journal.EndAddress > tail ? "tail lost" : "tail kept");
            Require(tail >= _promisedUntil, $"the journal ends at {tail}, and everything below {_promisedUntil} was promised");
            Journal.Cut(tail, KeptWritten);
        }
    });

    /// <summary>The engine's own counters, for what the simulated network receives.</summary>
    public void Count(EngineCounters counters) => _counters = counters.AddSet("simulated network");

    /// <summary>Whoever waited for it was told that the journal is durable up to here.</summary>
    public void Promise(long endAddress) => Guard(() =>
    {
        Require(endAddress <= _journal!.DurableAddress, $"an answer left with {endAddress} and the journal durable to {_journal.DurableAddress}");
        _promisedUntil = Math.Max(_promisedUntil, endAddress);
    });

    /// <summary>Rows have left as durable.</summary>
    public void OnResults(in WindowRows rows, long causeAddress, int viewId)
    {
        try
        {
            trace.Note("rows", causeAddress, rows.StartNs, rows.Keys.Length, rows.Position.Address);
            JournalEntry cause = Journal.At(causeAddress)
                ?? throw new SimulationFailure($"window {rows.StartNs} of {rows.View} left, and its cause {causeAddress} is not in the journal");
            Require(
                cause.EndAddress <= _journal!.DurableAddress,
                $"window {rows.StartNs} of {rows.View} left with its cause at {causeAddress} and the journal durable to {_journal.DurableAddress}");
            Require(
                rows.Position.Address < _resultsLog!.DurableAddress,
                $"window {rows.StartNs} of {rows.View} left before it was durable in the results log");
            _results.Leave(rows, viewId);
            _promisedUntil = Math.Max(_promisedUntil, cause.EndAddress);
        }
        catch (SimulationFailure failure)
        {
            Failure ??= failure;
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnAppended(SimulatedEntryLog log, long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        try
        {
            // Cells of a table lie by a hash that differs from process to process, and so do the chunks of a snapshot.
            trace.Note(log.Name, address, log.Name == "results" ? (long)header.Epoch : endAddress, (long)header.Kind, log.Name == "state" ? 0 : header.HeaderCrc32C);
            switch (log.Name)
            {
                case "journal":
                    Journal.Append(address, endAddress, header, payload);
                    break;
                case "results":
                    long cause = (long)header.Epoch;
                    JournalEntry entry = Journal.At(cause)
                        ?? throw new SimulationFailure($"a result was logged for {cause}, where no entry of the journal is");
                    Require(
                        entry.EndAddress <= _journal!.DurableAddress,
                        $"a result of {cause} was logged with the journal durable to {_journal.DurableAddress}");
                    break;
                default:
                    CheckSnapshot(header, payload);
                    break;
            }
        }
        catch (SimulationFailure failure)
        {
            Failure ??= failure;
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnTruncated(SimulatedEntryLog log, long address) => Guard(() =>
    {
        trace.Note("truncate", address);
        Require(
            log.Name != "journal" || Journal.At(address) is not null,
            $"the journal was cut at {address}, where no entry begins: the next start would not find its first one");
    });

    /// <inheritdoc/>
    public bool Flips() => random.OneIn(2);

    /// <inheritdoc/>
    public void OnWelcome(ProducerPlan producer, ulong epoch, ulong lastSequence) => Guard(() =>
    {
        trace.Note("welcome", (long)epoch, (long)lastSequence);
        for (ulong sequence = 1; sequence <= lastSequence; sequence++)
        {
            if (FrameOf(producer, epoch, sequence) is { IsPromisedDurable: false } frame)
            {
                PromiseDurable(frame, sequence);
            }
        }
    });

    /// <inheritdoc/>
    public void OnAck(ProducerPlan producer, ulong epoch, in FrameAck ack)
    {
        try
        {
            trace.Note(ack.IsDuplicate ? "duplicate" : "ack", (long)epoch, (long)ack.First, (long)ack.Last, ack.Counts.Accepted);
            ModelOutcome expected = new();
            for (ulong sequence = ack.First; sequence <= ack.Last; sequence++)
            {
                AckCount++;
                SentFrame frame = FrameOf(producer, epoch, sequence);
                CheckLevel(frame, producer.Level, sequence);
                Journal.Apply();
                Add(expected, frame.Entry!.Outcome);
            }

            if (!ack.IsDuplicate)
            {
                AckCounts counts = ack.Counts;
                ModelOutcome told = new()
                {
                    Accepted = counts.Accepted,
                    Refused = counts.Refused,
                    Future = counts.Future,
                    KeyLimit = counts.KeyLimit,
                    Late = counts.Late,
                };
                Require(told == expected, $"frames {ack.First} to {ack.Last} of {producer.Name} were acked with {told}, the model has {expected}");
            }
        }
        catch (SimulationFailure failure)
        {
            Failure ??= failure;
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnRefusal(ProducerPlan producer, ulong epoch, in FrameRefusal refusal)
    {
        try
        {
            trace.Note(NameOf(refusal.Code), (long)epoch, (long)refusal.Sequence, (long)refusal.Expected);
            CheckRefusal(Journal.Find(producer, epoch, refusal.Sequence), refusal, producer);
        }
        catch (SimulationFailure failure)
        {
            Failure ??= failure;
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnReceived() => _counters!.Add(EngineCounter.FramesReceived, 1);

    /// <inheritdoc/>
    public void OnBorrowed() => trace.Note("borrowed");

    private static void CheckRefusal(SentFrame? frame, in FrameRefusal refusal, ProducerPlan producer)
    {
        switch (refusal.Code)
        {
            case ErrorCode.OutOfSequence or ErrorCode.DiskFull or ErrorCode.Faulted or ErrorCode.Fenced or ErrorCode.UnknownSchema:
                break;
            case ErrorCode.IdentityReused:
                Require(
                    frame is { IsNumberReused: true },
                    $"frame {refusal.Sequence} of {producer.Name} was refused as another one's number, and only one was sent under it");
                break;
            default:
                Require(
                    frame is { Entry.Header.Kind: EntryKind.Tombstone },
                    $"frame {refusal.Sequence} of {producer.Name} was refused for good with {refusal.Code}, without a tombstone");
                break;
        }
    }

    private static void Add(ModelOutcome sum, ModelOutcome? more)
    {
        if (more is not null)
        {
            sum.Accepted += more.Accepted;
            sum.Refused += more.Refused;
            sum.Future += more.Future;
            sum.KeyLimit += more.KeyLimit;
            sum.Late += more.Late;
        }
    }

    private static string NameOf(ErrorCode code) => code switch
    {
        ErrorCode.OutOfSequence => "out of sequence",
        ErrorCode.DiskFull => "disk full",
        ErrorCode.Fenced => "fenced",
        ErrorCode.IdentityReused => "identity reused",
        ErrorCode.Faulted => "faulted",
        _ => "refused for good",
    };

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new SimulationFailure(otherwise);
        }
    }

    private SentFrame FrameOf(ProducerPlan producer, ulong epoch, ulong sequence)
    {
        SentFrame? frame = Journal.Find(producer, epoch, sequence);
        return frame?.Entry is not null
            ? frame
            : throw new SimulationFailure($"frame {sequence} of {producer.Name} was acked, and the journal does not hold it");
    }

    private void CheckLevel(SentFrame frame, AckLevel level, ulong sequence)
    {
        if (level == AckLevel.Durable)
        {
            PromiseDurable(frame, sequence);
        }
        else if (level == AckLevel.Written)
        {
            Require(frame.Entry!.EndAddress <= _journal!.WrittenAddress, $"frame {sequence} was acked as written before it was");
            frame.IsPromisedWritten = true;
        }
    }

    private void PromiseDurable(SentFrame frame, ulong sequence)
    {
        long end = frame.Entry!.EndAddress;
        Require(
            end <= _journal!.DurableAddress,
            $"frame {sequence}, which ends at {end}, was acked as durable with the journal durable to {_journal.DurableAddress}");
        frame.IsPromisedDurable = true;
        frame.IsPromisedWritten = true;
        _promisedUntil = Math.Max(_promisedUntil, end);
    }

    private void CheckSnapshot(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == EntryKind.SnapshotComplete)
        {
            SnapshotInfo info = SnapshotInfo.Read(payload);
            SnapshotCount++;
            Require(
                info.EndAddress <= _journal!.DurableAddress,
                $"snapshot {info.Id} of {info.Address} was completed with the journal durable to {_journal.DurableAddress}");
        }
    }

    private void Guard(Action check)
    {
        try
        {
            check();
        }
        catch (SimulationFailure failure)
        {
            Failure ??= failure;
            throw;
        }
    }
}
