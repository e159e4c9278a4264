using System.Buffers.Binary;
using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// The first state machine: whether a frame is the next one, a duplicate, out of sequence, or refused for good; and
/// its way into the journal.
/// </summary>
/// <remarks>
/// Owner: the sequencer thread. Invariants: a producer's last sequence changes only with a journal append; a frame
/// refused for now leaves no trace; a frame that is not taken is given back here.
/// </remarks>
internal sealed class FrameIdentity(Sequencer sequencer, PartitionIndex index, FramePool frames)
{
    /// <summary>Takes over one frame of the inbox.</summary>
    public void Take(InboundFrame frame)
    {
        Session session = frame.Session!;
        if (session.IsClosed)
        {
            Refuse(frame, 0, ErrorCode.Fenced, "this session is over: open another one");
            return;
        }

        if (session.Producer is not ProducerState producer)
        {
            Refuse(frame, 0, ErrorCode.UnknownSchema, "a frame came before its schema: send the schema first");
            return;
        }

        ulong sequence = frame.Header.Sequence;
        ulong expected = producer.LastSequence + 1;
        if (sequence < expected && producer.Lost.Contains(sequence))
        {
            TakeNext(frame, session, producer); // it was taken once, and damage has taken it since
        }
        else if (sequence < expected)
        {
            TakeKnown(frame, session, producer);
        }
#if PLANTED_FAULTS
        else if (PlantedFaults.Is(PlantedFault.AcceptHigherSequence))
        {
            TakeNext(frame, session, producer);
        }
#endif
        else if (sequence > expected)
        {
            Refuse(
                frame,
                expected,
                ErrorCode.OutOfSequence,
                $"frame {sequence} came where {expected} is expected: send from {expected} on");
        }
        else
        {
            TakeNext(frame, session, producer);
        }
    }

    private void TakeKnown(InboundFrame frame, Session session, ProducerState producer)
    {
        ulong sequence = frame.Header.Sequence;
        if (producer.IsReusedIdentity(sequence, frame.Header.PayloadCrc32C))
        {
            Refuse(
                frame,
                producer.LastSequence + 1,
                ErrorCode.IdentityReused,
                $"sequence {sequence} came before with other content: give every frame a sequence of its own");
            return;
        }

        sequencer.Counters.Add(EngineCounter.FramesDuplicate, 1);
        sequencer.Applier.PublishDuplicate(producer, sequence, frame.Header.RecordCount, session);
        frames.Discard(frame);
    }

    private void TakeNext(InboundFrame frame, Session session, ProducerState producer)
    {
        if (sequencer.AreResultsFull())
        {
            sequencer.Counters.Add(EngineCounter.DiskFullRefusals, 1);
            Refuse(
                frame,
                Expected(frame, producer),
                ErrorCode.DiskFull,
                "the disk has no room for results: free space; the frame will be taken when it is sent again");
            return;
        }

        RecordLayout? layout = null;
        Verdict verdict = frame.Header.Kind switch
        {
            FrameKind.Data => CheckData(frame, session, producer, out layout),
            FrameKind.Dictionary => CheckDictionary(frame, producer),
            FrameKind.Time => CheckTime(frame, producer),
            _ => Verdict.Sound,
        };
        if (verdict.Code != ErrorCode.None)
        {
            if (verdict.IsForNow)
            {
                Refuse(frame, Expected(frame, producer), verdict.Code, verdict.Text);
            }
            else
            {
                Bury(frame, session, producer, verdict);
            }

            return;
        }

        EntryHeader header = HeaderOf(EntryKind.Frame, frame, producer);
        header.SchemaId = layout?.Id ?? 0;
        ErrorCode code = sequencer.Appender.Append(ref header, frame.Bytes, out long address);
        if (code != ErrorCode.None)
        {
            Refuse(frame, Expected(frame, producer), code, sequencer.Appender.Explain(code));
            return;
        }

        sequencer.Counters.Add(EngineCounter.FramesJournaled, 1);
        sequencer.Counters.Add(EngineCounter.RecordsJournaled, frame.Header.RecordCount);
        sequencer.Applier.ApplyFrame(address, sequencer.Appender.EndAddress, header, frame, session);
    }

    private Verdict CheckData(InboundFrame frame, Session session, ProducerState producer, out RecordLayout? layout)
    {
        layout = null;
        if (frame.Fault == FrameError.FrameTooLarge)
        {
            return RefuseMemory(frame);
        }

        if (frame.Fault != FrameError.None)
        {
            return Verdict.ForGood(
                ErrorCode.Undecodable, $"frame {frame.Header.Sequence} cannot be decoded: {frame.Fault}");
        }

        if (!session.Layouts.TryGetValue(frame.Header.SchemaId, out layout))
        {
            return Verdict.ForNow(
                ErrorCode.UnknownSchema,
                $"schema {frame.Header.SchemaId} was not announced in this session: send its schema frame first");
        }

        int highestField = 64 - System.Numerics.BitOperations.LeadingZeroCount(frame.Batch.FieldMask);
        if (highestField > layout.FieldOrdinals.Length)
        {
            return Verdict.ForGood(
                ErrorCode.SchemaConflict,
                $"frame {frame.Header.Sequence} has field column {highestField - 1}, its schema only "
                + $"{layout.FieldOrdinals.Length}: announce another schema");
        }

        bool isText = producer.Stream.Definition.KeyKind == KeyKind.Text;
        if (isText != frame.Batch.HasKeyIds)
        {
            return Verdict.ForGood(
                ErrorCode.WrongKeyKind,
                $"stream {producer.Stream.Definition.Name} has {(isText ? "text" : "u64")} keys: encode them so");
        }

        if (isText && frame.Batch.MaxKeyId >= (uint)producer.DictionaryCount)
        {
            return Verdict.ForGood(
                ErrorCode.UnknownKeyId,
                $"key id {frame.Batch.MaxKeyId} was not announced (there are {producer.DictionaryCount}): send its "
                + "dictionary frame before");
        }

        if (!frame.IsIndexed)
        {
            index.Split(frame, isText ? producer.Dictionary : null);
        }

        return Verdict.Sound;
    }

    private Verdict CheckDictionary(InboundFrame frame, ProducerState producer)
    {
        if (producer.Stream.Definition.KeyKind != KeyKind.Text)
        {
            return Verdict.ForGood(
                ErrorCode.WrongKeyKind,
                $"stream {producer.Stream.Definition.Name} has u64 keys: it takes no dictionary");
        }

        FrameError fault = DictionaryReader.TryRead(frame.Payload, out DictionaryReader dictionary);
        if (fault != FrameError.None)
        {
            return Verdict.ForGood(
                ErrorCode.Undecodable, $"dictionary frame {frame.Header.Sequence} cannot be read: {fault}");
        }

        if (dictionary.FirstId != (uint)producer.DictionaryCount)
        {
            return Verdict.ForGood(
                ErrorCode.UnknownKeyId,
                $"the dictionary goes on at id {dictionary.FirstId}, expected {producer.DictionaryCount}: "
                + "ids are dense from 0");
        }

        long count = producer.DictionaryCount + (long)dictionary.Count;
        int limit = sequencer.State.Limits.MaxDictionaryIdsPerProducer;
        if (count <= limit)
        {
            return Verdict.Sound;
        }

        sequencer.Counters.Add(EngineCounter.LimitRefusals, 1);
        return Verdict.ForGood(
            ErrorCode.KeyLimit,
            $"with {dictionary.Count} ids more producer \"{producer.Name}\" would have {count}, and {limit} may "
            + $"be: announce each key once, or raise {nameof(EngineLimits.MaxDictionaryIdsPerProducer)}");
    }

    private Verdict RefuseMemory(InboundFrame frame)
    {
        sequencer.Counters.Add(EngineCounter.LimitRefusals, 1);
        return Verdict.ForGood(
            ErrorCode.FrameTooLarge,
            $"frame {frame.Header.Sequence} would take more memory decoded than "
            + $"{nameof(EngineLimits.MaxDecodedBytesPerSession)} {sequencer.State.Limits.DecodedBytesPerSession}, or "
            + $"{nameof(EngineLimits.MaxInFlightBytes)}, leaves for one: send fewer records or columns a frame");
    }

    private Verdict CheckTime(InboundFrame frame, ProducerState producer)
    {
        if (ProgressReader.TryRead(frame.Payload, out ProgressReader time) != FrameError.None)
        {
            return Verdict.ForGood(ErrorCode.Undecodable, $"time frame {frame.Header.Sequence} cannot be read");
        }

        // The stamp that the append will give is not before this one, so what passes here also passes a replay.
        long limit = sequencer.Appender.NowNs;
        long bound = producer.Stream.Definition.FutureBoundNs;
        limit = limit > long.MaxValue - bound ? long.MaxValue : limit + bound;
        return time.EventTimeNs > limit || !EventTimeRange.Contains(time.EventTimeNs)
            ? Verdict.ForGood(
                ErrorCode.Undecodable,
                $"time {time.EventTimeNs} ns is beyond arrival + {bound} ns or out of range: send times that have come")
            : Verdict.Sound;
    }

    // Refused for good: the journal notes it, so that the producer can go on with the next sequence.
    private void Bury(InboundFrame frame, Session session, ProducerState producer, Verdict verdict)
    {
        EntryHeader header = HeaderOf(EntryKind.Tombstone, frame, producer);
        header.Detail = (uint)verdict.Code;
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(payload, frame.Header.RecordCount);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], frame.Header.PayloadCrc32C);
        ErrorCode code = sequencer.Appender.Append(ref header, payload, out long address);
        if (code != ErrorCode.None)
        {
            Refuse(frame, Expected(frame, producer), code, sequencer.Appender.Explain(code));
            return;
        }

        sequencer.Counters.Add(EngineCounter.FramesJournaled, 1);
        sequencer.Counters.Add(EngineCounter.RecordsJournaled, frame.Header.RecordCount);
        sequencer.Counters.Add(EngineCounter.RecordsInTombstones, frame.Header.RecordCount);
        sequencer.Applier.ApplyTombstone(address, sequencer.Appender.EndAddress, header, payload);
        session.Output.Refuse(
            new FrameRefusal(frame.Header.Sequence, producer.LastSequence + 1, verdict.Code, verdict.Text));
        frames.Discard(frame);
    }

    // A lost frame that comes again is expected again; all others are the next one.
    private static ulong Expected(InboundFrame frame, ProducerState producer) =>
        Math.Min(frame.Header.Sequence, producer.LastSequence + 1);

    private void Refuse(InboundFrame frame, ulong expected, ErrorCode code, string text)
    {
        sequencer.Counters.Add(EngineCounter.FramesRefused, 1);
        frame.Session!.Output.Refuse(new FrameRefusal(frame.Header.Sequence, expected, code, text));
        frames.Discard(frame);
    }

    private static EntryHeader HeaderOf(EntryKind kind, InboundFrame frame, ProducerState producer) => new()
    {
        Kind = kind,
        StreamId = producer.Stream.Id,
        ProducerId = (uint)producer.Id,
        Epoch = producer.Epoch,
        FrameSequence = frame.Header.Sequence,
    };

    /// <summary>Whether a frame may be journaled, and if not, for how long it is refused.</summary>
    private readonly record struct Verdict(ErrorCode Code, string Text, bool IsForNow)
    {
        public static Verdict Sound => default;

        public static Verdict ForNow(ErrorCode code, string text) => new(code, text, true);

        public static Verdict ForGood(ErrorCode code, string text) => new(code, text, false);
    }
}
