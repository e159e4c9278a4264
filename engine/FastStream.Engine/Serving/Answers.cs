using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;

namespace FastStream.Engine.Serving;

/// <summary>Answers questions about a running engine: windows, ledger, digest. Safe for all threads.</summary>
internal sealed class Answers(EngineCore core)
{
    private readonly CounterSet _counters = core.Counters.AddSet("serving"); // under _counting
    private readonly Lock _counting = new();
    private readonly WindowQueryRunner _runner = new(core.Logs.Results, core.Results.Index, core.Blocks);

    /// <summary>Rows of a view's windows; see <see cref="WindowQuery"/>.</summary>
    /// <exception cref="QueryException">Stream, view or key are unknown, or the query is at fault.</exception>
    public async Task<WindowAnswer> WindowsAsync(WindowQuery query)
    {
        if (query.Validate() is [string fault, ..])
        {
            throw new QueryException(ErrorCode.BadQuery, fault);
        }

        (StreamState stream, ViewEntry view) = Find(query.Stream, query.View);
        ResultsView results = core.Results.Catalog.Get(stream.Id, (uint)view.Definition.Id);
        ulong? key = KeyOf(query, stream);
        WindowRowCollector collector = new(results, query, key);
        if (query.IncludeOpen)
        {
            await CollectOpenAsync(stream, view, collector, key).ConfigureAwait(false);
        }

        WindowAnswer answer = _runner.Run(collector);
        lock (_counting)
        {
            _counters.Add(EngineCounter.QueriesAnswered, 1);
            _counters.Add(EngineCounter.QueryRowsReturned, answer.Rows.Count);
        }

        return answer;
    }

    /// <summary>Counts of every record's fate, as of one place of the stream.</summary>
    public async Task<Ledger> LedgerAsync()
    {
        SessionLedger session = ReadSession();
        CountersQuestion question = new(core.Partitions.Length);
        await core.AskAsync(question).ConfigureAwait(false);
        List<StreamLedger> streams = [];
        List<ViewLedger> views = [];
        foreach (StreamState stream in core.State.Streams)
        {
            if (question.Streams.TryGetValue(stream.Id, out StreamCounters? counters))
            {
                streams.Add(LedgerEntries.Of(stream.Definition, counters));
            }

            foreach (ViewEntry view in stream.Views)
            {
                if (question.Views.TryGetValue((stream.Id, view.Definition.Name), out ViewCounters? viewCounters))
                {
                    views.Add(LedgerEntries.Of(stream.Definition.Name, view.Definition.Name, viewCounters));
                }
            }
        }

        return new Ledger { Session = session, Streams = streams, Views = views };
    }

    /// <summary>
    /// SHA-256 of everything the engine has computed: streams, producers, counters, every kept window, open or closed.
    /// Frames that arrive meanwhile make it one of a moving picture: ask when producers rest.
    /// </summary>
    public async Task<string> DigestAsync(Stream? dump)
    {
        Ledger ledger = await LedgerAsync().ConfigureAwait(false);
        using DigestWriter digest = new(dump);
        foreach (StreamState stream in core.State.Streams.OrderBy(s => s.Definition.Name, StringComparer.Ordinal))
        {
            digest.BeginStream(stream.Definition.Name, stream.Definition.Text);
            foreach ((string name, ulong epoch, ulong last) in await ProducersAsync(stream).ConfigureAwait(false))
            {
                digest.AddProducer(name, epoch, last);
            }

            StreamLedger counts = ledger.Streams.Single(s => s.Stream == stream.Definition.Name);
            LedgerEntries.AddTo(digest, counts);
            foreach (ViewEntry view in stream.Views.OrderBy(v => v.Definition.Name, StringComparer.Ordinal))
            {
                await AddViewAsync(digest, stream, view, ledger).ConfigureAwait(false);
            }
        }

        return digest.Complete();
    }

    /// <summary>The stream and view of these names.</summary>
    public (StreamState Stream, ViewEntry View) Find(string streamName, string viewName)
    {
        StreamState? stream = Array.Find(core.State.Streams, s => s.Definition.Name == streamName)
            ?? throw new QueryException(
                ErrorCode.UnknownStream,
                $"stream \"{streamName}\" does not exist: there are "
                + Names(core.State.Streams.Select(s => s.Definition.Name)));
        ViewEntry? view = Array.Find(stream.Views, v => v.Definition.Name == viewName)
            ?? throw new QueryException(
                ErrorCode.UnknownView,
                $"stream \"{streamName}\" has no view \"{viewName}\": it has "
                + Names(stream.Views.Select(v => v.Definition.Name)));
        return (stream, view);
    }

    // The list belongs to the sequencer's thread, so it is copied there.
    private async Task<List<(string Name, ulong Epoch, ulong Last)>> ProducersAsync(StreamState stream)
    {
        List<(string Name, ulong Epoch, ulong Last)> producers = [];
        await core.RunAsync(new CallCommand(() => producers.AddRange(
            stream.Producers.Select(p => (p.Name, p.Epoch, p.LastSequence))))).ConfigureAwait(false);
        producers.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return producers;
    }

    private async Task CollectOpenAsync(StreamState stream, ViewEntry view, WindowRowCollector collector, ulong? key)
    {
        OpenWindowsQuestion question = new(
            core.Partitions.Length,
            stream.Id,
            view.Definition.Name,
            key,
            collector.Query.FromNs,
            collector.Query.ToNs);
        await core.AskAsync(question).ConfigureAwait(false);
        foreach (ResultSlice slice in question.Slices)
        {
            collector.AddOpen(slice, 0);
        }

        // Rows that left the partitions before the question and have not reached the index yet.
        await core.VisitResultsAsync(results =>
        {
            results.VisitPending(stream.Id, (uint)view.Definition.Id, collector.AddOpen, collector.AddOpen);
        }).ConfigureAwait(false);
    }

    private async Task AddViewAsync(DigestWriter digest, StreamState stream, ViewEntry view, Ledger ledger)
    {
        digest.BeginView(view.Definition.Name, view.Definition.Text);
        LedgerEntries.AddTo(
            digest, ledger.Views.Single(v => v.Stream == stream.Definition.Name && v.View == view.Definition.Name));
        ResultsView results = core.Results.Catalog.Get(stream.Id, (uint)view.Definition.Id);
        WindowQuery query = new()
        {
            Stream = stream.Definition.Name,
            View = view.Definition.Name,
            IncludeOpen = true,
            Limit = int.MaxValue,
        };
        WindowRowCollector open = new(results, query, key: null);
        await CollectOpenAsync(stream, view, open, key: null).ConfigureAwait(false);
        long causesBelow = core.Options.ReplayUntil ?? long.MaxValue;
        IReadOnlyList<WindowRow> openRows = open.Complete(isCutByRetention: false).Rows;
        DigestRows.AddTo(digest, results, _runner.ReadAll(results, causesBelow), openRows);
    }

    private SessionLedger ReadSession()
    {
        // Received is read last: a frame is counted as received before anything else becomes of it.
        long journaled = core.Counters.Read(EngineCounter.FramesJournaled);
        long duplicate = core.Counters.Read(EngineCounter.FramesDuplicate);
        long refused = core.Counters.Read(EngineCounter.FramesRefused);
        long malformed = core.Counters.Read(EngineCounter.FramesMalformed);
        return new SessionLedger
        {
            Received = core.Counters.Read(EngineCounter.FramesReceived),
            Journaled = journaled,
            Duplicate = duplicate,
            Refused = refused,
            Malformed = malformed,
        };
    }

    private static ulong? KeyOf(WindowQuery query, StreamState stream)
    {
        if (query.Key is null && query.KeyText is null)
        {
            return null;
        }

        if (stream.Definition.KeyKind == KeyKind.U64)
        {
            return query.Key ?? throw new QueryException(
                ErrorCode.WrongKeyKind, $"stream \"{query.Stream}\" has u64 keys: ask for a number");
        }

        string name = query.KeyText ?? throw new QueryException(
            ErrorCode.WrongKeyKind, $"stream \"{query.Stream}\" has text keys: ask by name");
        return stream.Names.TryGetNumber(name, out ulong number)
            ? number
            : throw new QueryException(
                ErrorCode.UnknownKeyId, $"stream \"{query.Stream}\" has no key \"{name}\": names are compared exactly");
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
