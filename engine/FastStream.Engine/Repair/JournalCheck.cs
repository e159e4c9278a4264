using System.Buffers.Binary;
using System.Text;
using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Sequencing;
using FastStream.Protocol;

namespace FastStream.Engine.Repair;

/// <summary>
/// Follows the journal behind its holes and says of each sound entry whether a replay can still make sense of it: an
/// entry that rests on a lost one (its stream, its producer, its dictionary) cannot. Notes what producers have lost.
/// </summary>
internal sealed class JournalCheck(EngineState state)
{
    private const int LongestName = 249; // of a stream

    private readonly FramePool _frames = new(new BlockPool(1L << 30));
    private readonly Dictionary<int, long> _highestTimes = [];
    private LogHole? _hole;
    private long _arrivedBeforeHoleNs;
    private long _lastArrivalNs;

    /// <summary>What producers have lost, and what was sound but is of no use any more.</summary>
    internal List<LostRange> Lost { get; } = [];

    /// <summary>Entries that were lost before the next one that is sound.</summary>
    internal void Pass(LogHole hole)
    {
        _arrivedBeforeHoleNs = _lastArrivalNs;
        if (hole.Header is not EntryHeader known)
        {
            _hole = hole;
            return;
        }

        if (known.Kind is EntryKind.StreamDefined or EntryKind.ProducerOpened)
        {
            _hole = hole;
        }

        string why = $"the payload of journal entry {known.EntrySequence} at {hole.From} is damaged";
        if (known.Kind is not (EntryKind.Frame or EntryKind.Tombstone))
        {
            ulong sequence = known.EntrySequence;
            Lost.Add(new LostRange("control", StreamName(known), ProducerName(known), 0, sequence, sequence)
            {
                Why = $"{why}: {known.Kind}",
            });
            return;
        }

        NoteGap(known, firstTimeNs: null);
        AddFrame(known, look: null, why);
        Accept(known);
    }

    /// <summary>Null when the entry may stay; else why it may not, and everything about it has been noted.</summary>
    internal string? Take(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        _lastArrivalNs = Math.Max(_lastArrivalNs, header.ArrivalNs);
        switch (header.Kind)
        {
            case EntryKind.Frame or EntryKind.Tombstone:
                return TakeFrame(header, payload);
            case EntryKind.StreamDefined:
                return TakeStream(header, payload);
            case EntryKind.ProducerOpened:
                return TakeProducer(header, payload);
            case EntryKind.LayoutDefined:
                if (!HasStream(header) || header.SchemaId != state.StreamOf(header.StreamId).Layouts.Length + 1)
                {
                    return "the stream or the layout before it is lost";
                }

                StreamState owner = state.StreamOf(header.StreamId);
                owner.Layouts = [.. owner.Layouts, new RecordLayout(header.SchemaId, ControlEntry.ReadLayout(payload))];
                return null;
            case EntryKind.ViewAdded:
                return TakeView(header, payload);
            case EntryKind.ViewDropped:
                int id = (int)header.Detail;
                bool hasView = HasStream(header)
                    && state.StreamOf(header.StreamId).Views.Any(view => view.Definition.Id == id);
                return hasView ? null : "the view that it drops is lost";
            case EntryKind.SourcesSetAside:
                return KnowsAll(payload) ? null : "a producer that it sets aside is lost";
            case EntryKind.Advance:
                return HasStream(header) ? null : "its stream is lost";
            default:
                return null;
        }
    }

    private string? TakeFrame(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        string? why = Resolve(header);
        FrameLook? look = null;
        if (why is null && header.Kind == EntryKind.Frame)
        {
            ProducerState producer = state.ProducerOf(header.ProducerId);
            look = FrameLook.Of(payload, producer.Stream.Definition.KeyKind, _frames);
            why = Explain(header, look, producer);
        }

        NoteGap(header, look is { RecordCount: > 0 } ? look.Value.MinTimeNs : null);
        Accept(header);
        if (why is not null)
        {
            AddFrame(header, look, why);
        }
        else if (look is FrameLook read)
        {
            Learn(header, read);
        }

        return why;
    }

    /// <summary>Finds the producer of a frame, opening an epoch whose beginning was lost.</summary>
    private string? Resolve(in EntryHeader header)
    {
        if (header.ProducerId == 0 || header.ProducerId > state.Producers.Count)
        {
            return "its producer's name is lost";
        }

        ProducerState producer = state.ProducerOf(header.ProducerId);
        if (header.Epoch == producer.Epoch)
        {
            return null;
        }

        EntryHeader opened = new()
        {
            Kind = EntryKind.ProducerOpened,
            StreamId = producer.Stream.Id,
            ProducerId = header.ProducerId,
            Epoch = header.Epoch,
            ArrivalNs = _arrivedBeforeHoleNs,
        };
        if (header.Epoch < producer.Epoch || !TryInsert(opened, _ => Encoding.UTF8.GetBytes(producer.Name)))
        {
            return "the beginning of its epoch is lost";
        }

        producer.OpenEpoch(header.Epoch);
        return null;
    }

    private static string? Explain(in EntryHeader header, FrameLook? look, ProducerState producer) => look switch
    {
        null => "it cannot be read",
        { Kind: FrameKind.Data } when header.SchemaId == 0 || header.SchemaId > producer.Stream.Layouts.Length =>
            "the layout of its columns is lost",
        { Kind: FrameKind.Data } data when data.KeyIdsUntil > producer.DictionaryCount =>
            "a part of its producer's dictionary is lost",
        { Kind: FrameKind.Dictionary } dictionary when dictionary.FirstNewId != (uint)producer.DictionaryCount =>
            "the dictionary before it is lost",
        _ => null,
    };

    private void Learn(in EntryHeader header, FrameLook look)
    {
        ProducerState producer = state.ProducerOf(header.ProducerId);
        for (int id = 0; id < look.NewIdCount; id++)
        {
            producer.AddToDictionary(0); // which key it is does not matter here
        }

        if (look.RecordCount > 0)
        {
            long highest = _highestTimes.GetValueOrDefault(producer.Id, long.MinValue);
            _highestTimes[producer.Id] = Math.Max(highest, look.MaxTimeNs);
        }
    }

    /// <summary>Sequences that a producer has sent before this one and that are not there.</summary>
    private void NoteGap(in EntryHeader header, long? firstTimeNs)
    {
        if (header.ProducerId == 0 || header.ProducerId > state.Producers.Count)
        {
            return;
        }

        ProducerState producer = state.ProducerOf(header.ProducerId);
        if (producer.Epoch != header.Epoch || header.FrameSequence <= producer.LastSequence + 1)
        {
            return;
        }

        if (_hole is not null)
        {
            _hole.ExplainedCount += (long)(header.FrameSequence - producer.LastSequence - 1);
        }

        bool hasTime = _highestTimes.TryGetValue(producer.Id, out long highest);
        Lost.Add(new LostRange(
            "frames",
            producer.Stream.Definition.Name,
            producer.Name,
            header.Epoch,
            producer.LastSequence + 1,
            header.FrameSequence - 1)
        {
            FromTimeNs = hasTime ? highest : null,
            UntilTimeNs = firstTimeNs,
            ArrivedAfterNs = _arrivedBeforeHoleNs,
            ArrivedBeforeNs = header.ArrivalNs,
            Why = _hole is null ? "not in the journal" : $"journal damaged from address {_hole.From} to {_hole.Until}",
        });
    }

    private void AddFrame(in EntryHeader header, FrameLook? look, string why)
    {
        bool hasTimes = look is { RecordCount: > 0 };
        ulong sequence = header.FrameSequence;
        Lost.Add(new LostRange(
            "frames", StreamName(header), ProducerName(header), header.Epoch, sequence, sequence)
        {
            RecordCount = look?.RecordCount,
            FromTimeNs = hasTimes ? look!.Value.MinTimeNs : null,
            UntilTimeNs = hasTimes ? look!.Value.MaxTimeNs : null,
            ArrivedAfterNs = header.ArrivalNs,
            ArrivedBeforeNs = header.ArrivalNs,
            Why = why,
        });
    }

    private void Accept(in EntryHeader header)
    {
        if (header.ProducerId >= 1 && header.ProducerId <= state.Producers.Count)
        {
            ProducerState producer = state.ProducerOf(header.ProducerId);
            if (producer.Epoch == header.Epoch && header.FrameSequence > producer.LastSequence)
            {
                producer.Accept(header.FrameSequence, 0);
            }
        }
    }

    private string? TakeStream(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        StreamDefinition definition = ControlEntry.ReadStream(payload);
        while (header.StreamId > state.Streams.Length + 1)
        {
            uint id = (uint)state.Streams.Length + 1;
            EntryHeader defined = new() { Kind = EntryKind.StreamDefined, StreamId = id };
            if (!TryInsert(defined, bytes => ControlEntry.Stream(StandIn(id, bytes))))
            {
                return "the stream before it is lost";
            }

            state.AddStream(id, StandIn(id, leastBytes: 0));
        }

        if (header.StreamId <= state.Streams.Length)
        {
            state.StreamOf(header.StreamId).Definition = definition;
        }
        else
        {
            state.AddStream(header.StreamId, definition);
        }

        return null;
    }

    private string? TakeProducer(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        while (header.ProducerId > state.Producers.Count + 1 && state.Streams.Length > 0)
        {
            uint id = (uint)state.Producers.Count + 1;
            EntryHeader opened = new() { Kind = EntryKind.ProducerOpened, StreamId = 1, ProducerId = id, Epoch = 1 };
            if (!TryInsert(opened, bytes => Encoding.UTF8.GetBytes(LostName(id, bytes))))
            {
                return "the producer before it is lost";
            }

            // Nobody knows its epoch either: frames of it that are left belong to a name that is gone.
            state.AddProducer(id, state.StreamOf(1), LostName(id, leastBytes: 0)).OpenEpoch(ulong.MaxValue);
        }

        if (header.ProducerId <= state.Producers.Count)
        {
            state.ProducerOf(header.ProducerId).OpenEpoch(header.Epoch);
            return null;
        }

        if (!HasStream(header) || header.ProducerId != state.Producers.Count + 1)
        {
            return "its stream is lost";
        }

        StreamState stream = state.StreamOf(header.StreamId);
        state.AddProducer(header.ProducerId, stream, Encoding.UTF8.GetString(payload)).OpenEpoch(header.Epoch);
        return null;
    }

    private string? TakeView(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        if (!HasStream(header))
        {
            return "its stream is lost";
        }

        StreamState stream = state.StreamOf(header.StreamId);
        ViewEntry view = ControlEntry.ReadView(stream.Definition.Name, (int)header.Detail, payload);
        stream.Views = [.. stream.Views, view];
        return null;
    }

    private bool KnowsAll(ReadOnlySpan<byte> producers)
    {
        for (int at = 0; at + 4 <= producers.Length; at += 4)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(producers[at..]) > (uint)state.Producers.Count)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes one of the entries that stand for lost ones say this, when a lost one may have said it.</summary>
    private bool TryInsert(EntryHeader header, Func<int, byte[]> payloadOf)
    {
        if (_hole is null || _hole.Inserts.Count >= _hole.EntryCount)
        {
            return false;
        }

        int leastBytes = (int)(_hole.Header?.PayloadBytes ?? 0);
        byte[] payload = payloadOf(leastBytes);
        bool fits = _hole.Header is not EntryHeader known
            || (known.Kind == header.Kind
                && LogGeometry.StoredBytes(payload.Length) == LogGeometry.StoredBytes(leastBytes));
        if (!fits)
        {
            return false;
        }

        header.ArrivalNs = _arrivedBeforeHoleNs;
        header.PayloadBytes = (uint)payload.Length;
        _hole.Inserts.Add(new LogStandIn(0, header, payload));
        return true;
    }

    // Names that say what they are; made longer where they must be as long as what they stand for.
    private static string LostName(uint id, int leastBytes) => $"lost-{id}".PadRight(leastBytes, '-');

    private static StreamDefinition StandIn(uint id, int leastBytes)
    {
        const string Text = "u64 (a)";
        int nameBytes = Math.Min(leastBytes - Text.Length - 1, LongestName);
        return StreamDefinition.Parse(LostName(id, Math.Max(0, nameBytes)), Text);
    }

    private bool HasStream(in EntryHeader header) => header.StreamId >= 1 && header.StreamId <= state.Streams.Length;

    private string? StreamName(in EntryHeader header) =>
        HasStream(header) ? state.StreamOf(header.StreamId).Definition.Name : null;

    private string? ProducerName(in EntryHeader header) =>
        header.ProducerId >= 1 && header.ProducerId <= state.Producers.Count
            ? state.ProducerOf(header.ProducerId).Name
            : null;
}
