using System.Buffers.Binary;
using System.Text;
using FastStream.Engine.Journal;
using FastStream.Simulation.Network;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Model;

namespace FastStream.Simulation.Checks;

/// <summary>
/// Everything that has ever been appended to the journal and is still there, checked entry by entry as it comes, and
/// the model's state after it. Knows what producers have sent, and so what may stand in the journal at all.
/// </summary>
internal sealed class JournalHistory(SimulationPlan plan)
{
    private readonly List<JournalEntry> _entries = [];
    private readonly Dictionary<(string Stream, string Producer, ulong Epoch, ulong Sequence), SentFrame> _sent = [];
    private readonly Dictionary<uint, string> _streams = [];
    private readonly Dictionary<(uint Stream, uint View), string> _views = [];
    private readonly Dictionary<uint, KnownProducer> _producers = [];
    private ModelState _model = new();
    private int _applied; // entries that the model has had
    private long _lastArrivalNs;

    /// <summary>Entries now.</summary>
    public int Count => _entries.Count;

    /// <summary>End of the last entry seen.</summary>
    public long EndAddress => _entries.Count == 0 ? 0 : _entries[^1].EndAddress;

    /// <summary>The model's state after the last entry.</summary>
    public ModelState Model
    {
        get
        {
            Apply();
            return _model;
        }
    }

    /// <summary>A producer is about to send a frame of its own.</summary>
    public void Announce(ProducerPlan producer, ulong epoch, SentFrame frame) =>
        _sent.Add((producer.Stream.Name, producer.Name, epoch, frame.Sequence), frame);

    /// <summary>The frame that was sent under an identity, or null.</summary>
    public SentFrame? Find(ProducerPlan producer, ulong epoch, ulong sequence) =>
        _sent.GetValueOrDefault((producer.Stream.Name, producer.Name, epoch, sequence));

    /// <summary>The journal has got an entry.</summary>
    public void Append(long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        Require(address >= EndAddress, $"an entry at {address} came after one that ends at {EndAddress}");
        Require(header.ArrivalNs >= _lastArrivalNs, $"the arrival time of the entry at {address} goes back");
        JournalEntry entry = new(address, endAddress, header);
        Learn(entry, payload);
        _lastArrivalNs = header.ArrivalNs;
        _entries.Add(entry);
    }

    /// <summary>
    /// A start has found the journal ending here: what lies beyond was never promised, or it is lost.
    /// </summary>
    public void Cut(long tailAddress, bool keptWritten)
    {
        int kept = _entries.FindIndex(entry => entry.EndAddress > tailAddress);
        if (kept < 0)
        {
            return;
        }

        foreach (JournalEntry lost in _entries[kept..])
        {
            if (lost.Frame is SentFrame frame)
            {
                Require(!frame.IsPromisedDurable, $"the start has lost frame {Describe(lost)}, which was acked as durable");
                Require(
                    !(frame.IsPromisedWritten && keptWritten),
                    $"the start has lost frame {Describe(lost)}, which was acked as written, though nothing happened to the disk");
                frame.Entry = null;
                frame.IsPromisedWritten = false;
                frame.IsAnswered = false;
            }
        }

        _entries.RemoveRange(kept, _entries.Count - kept);
        Rebuild();
    }

    /// <summary>The entry at or after an address.</summary>
    public JournalEntry? At(long address) => _entries.Find(entry => entry.Address == address);

    /// <summary>Applies to the model what it has not had yet.</summary>
    public void Apply()
    {
        for (; _applied < _entries.Count; _applied++)
        {
            JournalEntry entry = _entries[_applied];
            if (entry.Model is ModelEntry model)
            {
                entry.Outcome = _model.Apply(model);
            }
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new SimulationFailure(otherwise);
        }
    }

    private string Describe(JournalEntry entry) =>
        $"{entry.Header.FrameSequence} of {_producers[entry.Header.ProducerId].Name}, epoch {entry.Header.Epoch}";

    // What was learnt from entries that are gone is gone too.
    private void Rebuild()
    {
        _model = new ModelState();
        _applied = 0;
        _producers.Clear();
        _views.Clear();
        _lastArrivalNs = 0;
        foreach (JournalEntry entry in _entries)
        {
            EntryHeader header = entry.Header;
            _lastArrivalNs = header.ArrivalNs;
            switch (entry.Model)
            {
                case ModelEntry.ProducerOpened opened:
                    Open(header, opened.Producer);
                    break;
                case ModelEntry.ViewAdded added:
                    _views[(header.StreamId, header.Detail)] = added.Definition.Name;
                    break;
                case ModelEntry.Frame or ModelEntry.Tombstone:
                    _producers[header.ProducerId].LastSequence = header.FrameSequence;
                    break;
                default:
                    break;
            }
        }
    }

    private void Learn(JournalEntry entry, ReadOnlySpan<byte> payload)
    {
        EntryHeader header = entry.Header;
        switch (header.Kind)
        {
            case EntryKind.Frame or EntryKind.Tombstone:
                TakeFrame(entry, payload);
                break;
            case EntryKind.StreamDefined:
                string name = FirstLine(payload);
                _streams[header.StreamId] = name;
                StreamPlan stream = plan.Streams.Single(one => one.Name == name);
                entry.Model = new ModelEntry.StreamDefined(stream.ToModel(plan.Limits.MaxKeysPerStream));
                break;
            case EntryKind.ProducerOpened:
                string producer = Encoding.UTF8.GetString(payload);
                Open(header, producer);
                entry.Model = new ModelEntry.ProducerOpened(_streams[header.StreamId], producer, (long)header.Epoch);
                break;
            case EntryKind.SourcesSetAside:
                entry.Model = new ModelEntry.SourcesSetAside(_streams[header.StreamId], NamesOf(payload));
                break;
            case EntryKind.Advance:
                entry.Model = new ModelEntry.Advance(_streams[header.StreamId], BinaryPrimitives.ReadInt64LittleEndian(payload));
                break;
            case EntryKind.ViewAdded:
                TakeView(entry, payload);
                break;
            case EntryKind.ViewDropped:
                entry.Model = new ModelEntry.ViewDropped(_streams[header.StreamId], _views[(header.StreamId, header.Detail)]);
                break;
            case EntryKind.LayoutDefined or EntryKind.Snapshot:
                break;
            default:
                throw new SimulationFailure($"the journal has got an entry of kind {header.Kind}");
        }
    }

    private void TakeFrame(JournalEntry entry, ReadOnlySpan<byte> payload)
    {
        EntryHeader header = entry.Header;
        Require(_producers.TryGetValue(header.ProducerId, out KnownProducer? producer), "a frame of no producer was journaled");
        Require(
            header.Epoch == producer!.Epoch && header.FrameSequence == producer.LastSequence + 1,
            $"frame {Describe(entry)} was journaled after frame {producer.LastSequence} of epoch {producer.Epoch}");
        SentFrame? frame = _sent.GetValueOrDefault((producer.Stream, producer.Name, header.Epoch, header.FrameSequence));
        Require(frame is not null, $"frame {Describe(entry)} was journaled and never sent");
        Require(frame!.Entry is null, $"frame {Describe(entry)} stands in the journal twice");
        bool isWhole = header.Kind == EntryKind.Frame;
        bool isSound = !frame.Model.Undecodable && !IsEarly(producer, frame.Model, header.ArrivalNs);
        Require(isWhole == isSound, $"frame {Describe(entry)} was journaled as {header.Kind}");
        Require(!isWhole || payload.SequenceEqual(frame.Bytes), $"frame {Describe(entry)} was journaled with other bytes");
        producer.LastSequence = header.FrameSequence;
        frame.Entry = entry;
        entry.Frame = frame;
        entry.Model = isWhole
            ? new ModelEntry.Frame(producer.Stream, producer.Name, (long)header.Epoch, frame.Model, header.ArrivalNs)
            : new ModelEntry.Tombstone(producer.Stream, producer.Name, (long)header.Epoch, frame.Model, ModelRefusal.Undecodable);
    }

    // A promise of a time that has not come is refused for good.
    private bool IsEarly(KnownProducer producer, ModelFrame frame, long arrivalNs) =>
        frame.Kind == ModelFrameKind.Time && Model.Streams[producer.Stream].Definition.IsFuture(frame.TimeNs, arrivalNs);

    private void TakeView(JournalEntry entry, ReadOnlySpan<byte> payload)
    {
        string stream = _streams[entry.Header.StreamId];
        string name = FirstLine(payload[sizeof(long)..]);
        long firstWindowNs = BinaryPrimitives.ReadInt64LittleEndian(payload);
        ViewPlan view = ViewPlan.Templates.Single(one => one.Name == name);
        long highestNs = Model.Streams[stream].Time.HighestNs;
        long expectedNs = highestNs == long.MinValue ? highestNs : view.Model.WindowStart(highestNs) + view.Model.SizeNs;
        Require(firstWindowNs == expectedNs, $"view {name} begins at {firstWindowNs}, not at {expectedNs}");
        _views[(entry.Header.StreamId, entry.Header.Detail)] = name;
        entry.Model = new ModelEntry.ViewAdded(stream, view.Model, firstWindowNs);
    }

    private void Open(in EntryHeader header, string name)
    {
        if (!_producers.TryGetValue(header.ProducerId, out KnownProducer? producer))
        {
            producer = new KnownProducer(_streams[header.StreamId], name);
            _producers.Add(header.ProducerId, producer);
        }

        Require(header.Epoch > producer.Epoch, $"producer {name} was given epoch {header.Epoch} after {producer.Epoch}");
        producer.Epoch = header.Epoch;
        producer.LastSequence = 0;
    }

    private string[] NamesOf(ReadOnlySpan<byte> payload)
    {
        string[] names = new string[payload.Length / sizeof(uint)];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = _producers[BinaryPrimitives.ReadUInt32LittleEndian(payload[(i * sizeof(uint))..])].Name;
        }

        return names;
    }

    private static string FirstLine(ReadOnlySpan<byte> payload) => Encoding.UTF8.GetString(payload[..payload.IndexOf((byte)'\n')]);
}
