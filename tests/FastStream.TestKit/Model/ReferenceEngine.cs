namespace FastStream.TestKit.Model;

/// <summary>
/// A plain, slow engine: lists, dictionaries and exact numbers, written from the contract alone. It shares no code
/// with the real one, so that where the two agree on random histories neither is likely to be wrong in the same way.
/// <para>
/// What the journal decides is in <see cref="ModelState"/>; here stands what surrounds it: sessions, the journal with
/// its written and durable addresses, acks, the results gate, snapshots, crash and recovery.
/// </para>
/// </summary>
internal sealed class ReferenceEngine
{
    private readonly List<ModelEntry> _journal = [];
    private readonly List<ModelSnapshot> _snapshots = [];
    private readonly List<ModelSession> _sessions = [];

    // Address and content of every frame taken, by its identity; content is forgotten in a crash.
    private readonly Dictionary<(string, string, long, long), (long Address, ModelFrame? Content)> _taken = [];

    /// <summary>What the journal has made of itself so far.</summary>
    public ModelState State { get; private set; } = new();

    /// <summary>Acks.</summary>
    public ModelAcks Acks { get; } = new();

    /// <summary>Results that have left.</summary>
    public ModelResultsGate Gate { get; } = new();

    /// <summary>Address of the last entry.</summary>
    public long TailAddress => _journal.Count;

    /// <summary>Writes up to here have returned.</summary>
    public long WrittenAddress { get; private set; }

    /// <summary>Flushed up to here, with success.</summary>
    public long DurableAddress { get; private set; }

    /// <summary>Nothing can be appended for the moment.</summary>
    public bool DiskFull { get; set; }

    /// <summary>Declares or redefines a stream.</summary>
    public long Define(ModelStreamDefinition stream) => Append(new ModelEntry.StreamDefined(stream));

    /// <summary>Adds a view, from the first window that no record can have entered before.</summary>
    public long AddView(string stream, ModelViewDefinition view)
    {
        long highestNs = State.Streams[stream].Time.HighestNs;
        long firstNs = highestNs == long.MinValue ? highestNs : view.WindowStart(highestNs) + view.SizeNs;
        return Append(new ModelEntry.ViewAdded(stream, view, firstNs));
    }

    /// <summary>Drops a view.</summary>
    public long DropView(string stream, string view) => Append(new ModelEntry.ViewDropped(stream, view));

    /// <summary>Sets idle sources aside.</summary>
    public long SetAside(string stream, params string[] producers) =>
        Append(new ModelEntry.SourcesSetAside(stream, producers));

    /// <summary>Moves the watermark by hand.</summary>
    public long Advance(string stream, long timeNs) => Append(new ModelEntry.Advance(stream, timeNs));

    /// <summary>Saves the state.</summary>
    public long Snapshot()
    {
        long address = Append(new ModelEntry.Snapshot());
        _snapshots.Add(new ModelSnapshot(State));
        return address;
    }

    /// <summary>Opens a session; epoch 0 asks for the next. Null and a reason when refused.</summary>
    public ModelSession? Hello(
        string stream, string producer, long epoch, ModelAckLevel level, out ModelRefusal refusal)
    {
        long known = State.Streams[stream].Producers.GetValueOrDefault(producer)?.Epoch ?? 0;
        long wanted = epoch == 0 ? known + 1 : epoch;
        ModelSession? living = _sessions.Find(one => !one.Closed && one.Stream == stream && one.Producer == producer);
        refusal = wanted < known ? ModelRefusal.Fenced
            : living is not null && wanted == known ? ModelRefusal.ProducerBusy
            : ModelRefusal.None;
        if (refusal != ModelRefusal.None)
        {
            return null;
        }

        if (wanted > known)
        {
            living?.Closed = true;
            Append(new ModelEntry.ProducerOpened(stream, producer, wanted));
        }

        ModelSession session = new(stream, producer, wanted, level)
        {
            LastSequence = State.Streams[stream].Producers[producer].LastSequence,
        };
        _sessions.Add(session);
        return session;
    }

    /// <summary>A session without surprises: throws when it is refused.</summary>
    public ModelSession Hello(
        string stream, string producer, long epoch = 0, ModelAckLevel level = ModelAckLevel.Durable) =>
        Hello(stream, producer, epoch, level, out ModelRefusal refusal)
        ?? throw new InvalidOperationException($"hello of {producer} refused: {refusal}");

    /// <summary>Decides a frame's identity, journals it and applies it.</summary>
    public ModelReply Offer(ModelSession session, ModelFrame frame, long arrivalNs)
    {
        ModelProducer producer = State.Streams[session.Stream].Producers[session.Producer];
        long expected = producer.LastSequence + 1;
        if (session.Closed || session.Epoch < producer.Epoch)
        {
            return new ModelReply(ModelVerdict.Refused, ModelRefusal.Fenced, 0);
        }

        if (frame.Sequence < expected)
        {
            return OfferKnown(session, frame, expected);
        }

        ModelRefusal transient = frame.Sequence > expected ? ModelRefusal.OutOfSequence
            : DiskFull ? ModelRefusal.DiskFull
            : ModelRefusal.None;
        if (transient != ModelRefusal.None)
        {
            return new ModelReply(ModelVerdict.Refused, transient, expected);
        }

        return Take(session, frame, arrivalNs, FaultOf(session, producer, frame, arrivalNs));
    }

    /// <summary>Writes up to the address have returned.</summary>
    public void Write(long address)
    {
        WrittenAddress = Math.Max(WrittenAddress, Math.Min(address, TailAddress));
        Acks.Send(State.Address, WrittenAddress, DurableAddress);
    }

    /// <summary>A flush up to the address has succeeded: acks and results follow.</summary>
    public void Flush(long address)
    {
        DurableAddress = Math.Max(DurableAddress, Math.Min(address, TailAddress));
        Write(DurableAddress);
        Gate.Release(State.ClosedRows, DurableAddress);
    }

    /// <summary>Flushes everything.</summary>
    public void Flush() => Flush(TailAddress);

    /// <summary>
    /// Dies and comes back: of what was not durable a prefix survives, up to the address given. Recovery starts from
    /// the newest durable snapshot, or from zero, and makes what it kept durable before anything else.
    /// </summary>
    public void Crash(long survivesThrough, bool fromSnapshot)
    {
        int kept = (int)Math.Clamp(survivesThrough, DurableAddress, TailAddress);
        _journal.RemoveRange(kept, _journal.Count - kept);
        _snapshots.RemoveAll(snapshot => snapshot.Address > kept);
        _sessions.ForEach(session => session.Closed = true);
        Acks.Forget();
        DiskFull = false;
        foreach (var (identity, taken) in _taken.ToList())
        {
            _taken[identity] = (taken.Address, null);
            if (taken.Address > kept)
            {
                _taken.Remove(identity);
            }
        }

        ModelSnapshot? newest = _snapshots.FindLast(snapshot => fromSnapshot && snapshot.Address <= DurableAddress);
        State = Replay(newest?.Load() ?? new ModelState(), TailAddress);
        WrittenAddress = Math.Min(WrittenAddress, TailAddress);
        Flush();
    }

    /// <summary>The state after an address, replayed from zero.</summary>
    public ModelState StateAt(long address) => Replay(new ModelState(), address);

    /// <summary>The state after an address, replayed from the newest snapshot at or before it.</summary>
    public ModelState StateFromSnapshotAt(long address) =>
        Replay(_snapshots.FindLast(snapshot => snapshot.Address <= address)?.Load() ?? new ModelState(), address);

    private ModelState Replay(ModelState state, long through)
    {
        while (state.Address < through)
        {
            state.Apply(_journal[(int)state.Address]);
        }

        return state;
    }

    private ModelReply OfferKnown(ModelSession session, ModelFrame frame, long expected)
    {
        var (address, content) = _taken[(session.Stream, session.Producer, session.Epoch, frame.Sequence)];
        if (content is not null && content.Fingerprint() != frame.Fingerprint())
        {
            return new ModelReply(ModelVerdict.Refused, ModelRefusal.IdentityReused, expected);
        }

        Acks.Owe(address, new ModelAck(session, frame.Sequence, Duplicate: true, new ModelOutcome()));
        Acks.Send(State.Address, WrittenAddress, DurableAddress);
        return new ModelReply(ModelVerdict.Duplicate, ModelRefusal.None, expected) { Address = address };
    }

    private ModelReply Take(ModelSession session, ModelFrame frame, long arrivalNs, ModelRefusal fault)
    {
        ModelEntry entry = fault == ModelRefusal.None
            ? new ModelEntry.Frame(session.Stream, session.Producer, session.Epoch, frame, arrivalNs)
            : new ModelEntry.Tombstone(session.Stream, session.Producer, session.Epoch, frame, fault);
        long address = Append(entry, out ModelOutcome outcome);
        _taken[(session.Stream, session.Producer, session.Epoch, frame.Sequence)] = (address, frame);
        ModelVerdict verdict = fault == ModelRefusal.None ? ModelVerdict.Accepted : ModelVerdict.RefusedForGood;
        if (verdict == ModelVerdict.Accepted)
        {
            Acks.Owe(address, new ModelAck(session, frame.Sequence, Duplicate: false, outcome));
            Acks.Send(State.Address, WrittenAddress, DurableAddress);
        }

        return new ModelReply(verdict, fault, frame.Sequence + 1) { Address = address, Outcome = outcome };
    }

    // What makes a frame bad for ever, whenever it is sent again.
    private ModelRefusal FaultOf(ModelSession session, ModelProducer producer, ModelFrame frame, long arrivalNs)
    {
        ModelStreamDefinition stream = State.Streams[session.Stream].Definition;
        bool early = frame.Kind == ModelFrameKind.Time && stream.IsFuture(frame.TimeNs, arrivalNs);
        if (frame.Undecodable || early || (frame.Kind == ModelFrameKind.Dictionary && !stream.TextKeys))
        {
            return ModelRefusal.Undecodable;
        }

        bool gap = frame.Kind == ModelFrameKind.Dictionary && frame.FirstId != producer.DictionaryCount;
        bool unknown = stream.TextKeys && frame.Records.Any(record => record.Key >= (ulong)producer.DictionaryCount);
        return gap || unknown ? ModelRefusal.UnknownKeyId : ModelRefusal.None;
    }

    private long Append(ModelEntry entry) => Append(entry, out _);

    private long Append(ModelEntry entry, out ModelOutcome outcome)
    {
        _journal.Add(entry);
        outcome = State.Apply(entry);
        return TailAddress;
    }
}
