namespace FastStream.TestKit.Model;

/// <summary>One stream's state. An entry is applied in this order: judge, move time, close windows.</summary>
internal sealed class ModelStream(ModelStreamDefinition definition)
{
    private const long NsPerSecond = 1_000_000_000;
    private static readonly long s_earliestNs = -9_183_024_000 * NsPerSecond;   // 1679-01-01
    private static readonly long s_latestNs = 9_183_110_400 * NsPerSecond;      // 2261-01-01

    private readonly SortedDictionary<string, ModelProducer> _producers = new(StringComparer.Ordinal);
    private readonly List<ModelView> _views = [];
    private Dictionary<string, ulong> _keyNumbers = new(StringComparer.Ordinal);

    /// <summary>The definition in force.</summary>
    public ModelStreamDefinition Definition { get; set; } = definition;

    /// <summary>Fates of its records.</summary>
    public ModelStreamCounters Counters { get; private init; } = new();

    /// <summary>Its sources and its watermark.</summary>
    public ModelSourceTime Time { get; private init; } = new();

    /// <summary>Producers by name.</summary>
    public IReadOnlyDictionary<string, ModelProducer> Producers => _producers;

    /// <summary>Views in the order they were added.</summary>
    public IReadOnlyList<ModelView> Views => _views;

    /// <summary>The name that has a number: numbers go by the order in which names were first announced.</summary>
    public string NameOf(ulong number) => _keyNumbers.Single(pair => pair.Value == number).Key;

    /// <summary>Opens a producer's epoch. Its source, if it has one, goes on as it is.</summary>
    public void OpenProducer(string producer, long epoch)
    {
        if (!_producers.TryGetValue(producer, out ModelProducer? known))
        {
            known = new ModelProducer();
            _producers.Add(producer, known);
        }

        known.Open(epoch);
    }

    /// <summary>Adds a view: it takes the records of later entries, from its first window on.</summary>
    public void AddView(ModelViewDefinition view, long firstWindowStartNs) =>
        _views.Add(new ModelView(Definition.Name, view, Definition.Fields.Length, firstWindowStartNs));

    /// <summary>Drops a view.</summary>
    public void DropView(string view) => _views.RemoveAll(known => known.Definition.Name == view);

    /// <summary>Takes an accepted frame.</summary>
    public ModelOutcome Apply(ModelEntry.Frame entry)
    {
        ModelProducer producer = _producers[entry.Producer];
        producer.Spend(entry.Epoch, entry.Content.Sequence);
        switch (entry.Content.Kind)
        {
            case ModelFrameKind.Dictionary:
                Announce(producer, entry.Content.Names);
                return new ModelOutcome();
            case ModelFrameKind.Time:
                Time.Move(entry.Producer, Math.Max(Time.Of(entry.Producer).ProgressNs, entry.Content.TimeNs));
                return new ModelOutcome();
            case ModelFrameKind.End:
                Time.End(entry.Producer);
                return new ModelOutcome();
            default:
                return TakeRecords(entry, producer);
        }
    }

    /// <summary>Takes a frame that was refused for good: it spends its number and moves nothing else.</summary>
    public void Apply(ModelEntry.Tombstone entry)
    {
        _producers[entry.Producer].Spend(entry.Epoch, entry.Content.Sequence);
        Counters.Journaled += entry.Content.Records.Count;
        Counters.Tombstone += entry.Content.Records.Count;
    }

    /// <summary>Closes windows; called after every entry.</summary>
    public IEnumerable<ModelWindowRow> Close(long causeAddress) =>
        _views.SelectMany(view => view.Close(Time.WatermarkNs, causeAddress)).ToList();

    /// <summary>A copy that shares nothing.</summary>
    public ModelStream Clone()
    {
        ModelStream copy = new(Definition) { Counters = Counters.Clone(), Time = Time.Clone() };
        copy._keyNumbers = new(_keyNumbers, StringComparer.Ordinal);
        copy._views.AddRange(_views.Select(view => view.Clone()));
        foreach ((string name, ModelProducer producer) in _producers)
        {
            copy._producers.Add(name, producer.Clone());
        }

        return copy;
    }

    private ModelOutcome TakeRecords(ModelEntry.Frame entry, ModelProducer producer)
    {
        ModelSource source = Time.Of(entry.Producer);
        ModelOutcome outcome = new();
        long progressNs = source.ProgressNs;
        foreach (ModelRecord record in entry.Content.Records)
        {
            Counters.Journaled++;
            if (Definition.IsFuture(record.TimeNs, entry.ArrivalNs))
            {
                Counters.Future++;
                outcome.Future++;
                continue;
            }

            if (record.TimeNs < s_earliestNs || record.TimeNs > s_latestNs)
            {
                Counters.TimeRange++;
                outcome.Refused++;
                continue;
            }

            Judge(record, producer, progressNs, source.WasSetAside, outcome);
            progressNs = Math.Max(progressNs, record.TimeNs);
        }

        Time.Move(entry.Producer, progressNs);
        return outcome;
    }

    private void Judge(
        ModelRecord record, ModelProducer producer, long progressNs, bool wasSetAside, ModelOutcome outcome)
    {
        ModelKey? key = Definition.TextKeys ? producer.Resolve(record.Key) : new ModelKey(record.Key, null);
        if (key is null)
        {
            Counters.KeyLimit++;
            outcome.KeyLimit++;
            return;
        }

        if (Definition.Rules.FirstOrDefault(rule => !rule.Accepts(record)) is { } broken)
        {
            Counters.ByRule[broken.Name] = Counters.ByRule.GetValueOrDefault(broken.Name) + 1;
            outcome.Refused++;
            return;
        }

        Counters.Prepared++;
        outcome.Accepted++;
        bool late = false;
        foreach (ModelView view in _views)
        {
            late |= view.Take(key.Value, record, progressNs, Time.WatermarkNs, wasSetAside);
        }

        outcome.Late += late ? 1 : 0;
    }

    private void Announce(ModelProducer producer, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (_keyNumbers.Count < Definition.MaxKeyNames)
            {
                _keyNumbers.TryAdd(name, (ulong)_keyNumbers.Count);
            }

            producer.Announce(
                _keyNumbers.TryGetValue(name, out ulong number) ? new ModelKey(number, name) : null);
        }
    }
}
