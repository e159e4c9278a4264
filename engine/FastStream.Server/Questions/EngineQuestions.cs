using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Engine.Serving;
using FastStream.Protocol;
using FastStream.Server.Configuration;

namespace FastStream.Server.Questions;

/// <summary>
/// Answers every question that changes nothing, whether it came over HTTP or over a frame connection.
/// </summary>
internal sealed class EngineQuestions(IngestionEngine engine, ServerFacts facts)
{
    private const int UsualLimit = 10_000;
    private const int SettleTurns = 25;

    private static readonly string[] s_paths =
    [
        "ledger", "streams", "streams/{stream}", "streams/{stream}/refusals", "views", "producers", "windows", "info",
        "digest",
    ];

    private readonly EngineCore _core = engine.Core;

    /// <exception cref="QuestionException">It cannot be answered.</exception>
    public async Task<JsonAnswer> AnswerAsync(Question question)
    {
        try
        {
            return await RouteAsync(question).ConfigureAwait(false);
        }
        catch (QueryException fault)
        {
            throw EngineRefusals.Of(fault.Code, fault.Message);
        }
        catch (ObjectDisposedException)
        {
            throw new QuestionException(503, "NOT_READY", "the server is stopping: ask again when it is back");
        }
    }

    /// <summary>Copies of all streams, or of one.</summary>
    public async Task<IReadOnlyList<StreamCard>> StreamsAsync(string? only)
    {
        List<StreamCard> cards = [];
        CallCommand copy = new(() =>
        {
            long nowNs = _core.Sequencer.Appender.NowNs;
            cards.AddRange(_core.State.Streams
                .Where(stream => only is null || stream.Definition.Name == only)
                .Select(stream => StreamCard.Of(stream, nowNs)));
        });
        _ = await _core.RunAsync(copy).ConfigureAwait(false);
        if (only is not null && cards.Count == 0)
        {
            throw UnknownStream(only);
        }

        return [.. cards.OrderBy(card => card.Definition.Name, StringComparer.Ordinal)];
    }

    /// <summary>A stream, as after it was defined.</summary>
    public async Task<JsonAnswer> StreamAsync(string name)
    {
        StreamCard card = (await StreamsAsync(name).ConfigureAwait(false))[0];
        OpenStateQuestion open = await OpenStateAsync().ConfigureAwait(false);
        return new JsonAnswer { Head = json => AnswerJson.WriteStream(json, card, KeyCount(card, open)) };
    }

    /// <summary>A view, as after it was added.</summary>
    public async Task<JsonAnswer> ViewAsync(string stream, string view)
    {
        ViewCards cards = await ViewsOfAsync(stream).ConfigureAwait(false);
        int index = cards.Items.FindIndex(item => item.View.Name == view);
        return new JsonAnswer { Head = json => cards.Write(json, index) };
    }

    /// <summary>
    /// The ledger. Frames between a pump and the sequencer have no fate yet, so under load the session's equation is
    /// looked at again until it holds, for a moment.
    /// </summary>
    public async Task<Ledger> LedgerAsync()
    {
        Ledger ledger = await engine.LedgerAsync().ConfigureAwait(false);
        for (int turn = 0; turn < SettleTurns && !ledger.Session.Balanced; turn++)
        {
            await Task.Delay(10).ConfigureAwait(false);
            ledger = await engine.LedgerAsync().ConfigureAwait(false);
        }

        return ledger;
    }

    private Task<JsonAnswer> RouteAsync(Question question)
    {
        switch (question.Segments)
        {
            case ["ledger"]:
                return LedgerOfAsync(question);
            case ["streams"]:
                question.AllowOnly();
                return StreamListAsync();
            case ["streams", string stream]:
                question.AllowOnly();
                return StreamAsync(stream);
            case ["streams", string stream, "refusals"]:
                question.AllowOnly();
                return RefusalsAsync(stream);
            case ["views"]:
                question.AllowOnly("stream");
                return ViewListAsync(question.Find("stream"));
            case ["producers"]:
                question.AllowOnly("stream");
                return ProducerListAsync(question.Find("stream"));
            case ["windows"]:
                return WindowsAsync(question);
            case ["info"]:
                question.AllowOnly();
                return Task.FromResult(Info());
            case ["digest"]:
                question.AllowOnly();
                return DigestAsync();
            default:
                throw new QuestionException(
                    404,
                    "UNKNOWN_PATH",
                    $"there is nothing at \"{question.Path}\"{NearestWord.Hint(question.Path, s_paths)}: "
                    + "see HTTP.md or /openapi.json");
        }
    }

    private async Task<JsonAnswer> LedgerOfAsync(Question question)
    {
        question.AllowOnly("stream");
        Ledger ledger = await LedgerAsync().ConfigureAwait(false);
        if (question.Find("stream") is string only)
        {
            _ = await StreamsAsync(only).ConfigureAwait(false);
            ledger = ledger with
            {
                Streams = [.. ledger.Streams.Where(stream => stream.Stream == only)],
                Views = [.. ledger.Views.Where(view => view.Stream == only)],
            };
        }

        return new JsonAnswer { Head = json => AnswerJson.WriteLedger(json, ledger) };
    }

    private async Task<JsonAnswer> StreamListAsync()
    {
        IReadOnlyList<StreamCard> cards = await StreamsAsync(null).ConfigureAwait(false);
        OpenStateQuestion open = await OpenStateAsync().ConfigureAwait(false);
        return new JsonAnswer
        {
            ListName = "streams",
            ItemCount = cards.Count,
            Item = (json, i) =>
            {
                json.WriteStartObject();
                AnswerJson.WriteStream(json, cards[i], KeyCount(cards[i], open));
                json.WriteEndObject();
            },
        };
    }

    private async Task<JsonAnswer> ViewListAsync(string? stream)
    {
        ViewCards cards = await ViewsOfAsync(stream).ConfigureAwait(false);
        return new JsonAnswer
        {
            ListName = "views",
            ItemCount = cards.Items.Count,
            Item = (json, i) =>
            {
                json.WriteStartObject();
                cards.Write(json, i);
                json.WriteEndObject();
            },
        };
    }

    private async Task<ViewCards> ViewsOfAsync(string? stream)
    {
        IReadOnlyList<StreamCard> cards = await StreamsAsync(stream).ConfigureAwait(false);
        OpenStateQuestion open = await OpenStateAsync().ConfigureAwait(false);
        return new ViewCards(cards, open, _core.Results.Index);
    }

    private async Task<JsonAnswer> ProducerListAsync(string? stream)
    {
        IReadOnlyList<StreamCard> cards = await StreamsAsync(stream).ConfigureAwait(false);
        List<(StreamCard Stream, ProducerCard Producer)> items =
        [
            .. cards.SelectMany(card => card.Producers.Select(producer => (card, producer))),
        ];
        return new JsonAnswer
        {
            ListName = "producers",
            ItemCount = items.Count,
            Item = (json, i) => AnswerJson.WriteProducer(json, items[i].Stream, items[i].Producer),
        };
    }

    private async Task<JsonAnswer> WindowsAsync(Question question)
    {
        question.AllowOnly("stream", "view", "key", "from", "to", "limit", "open");
        string stream = question.Get("stream");
        string view = question.Get("view");
        StreamCard card = (await StreamsAsync(stream).ConfigureAwait(false))[0];
        WindowQuery query = new()
        {
            Stream = stream,
            View = view,
            FromNs = question.FindTime("from") ?? long.MinValue,
            ToNs = question.FindTime("to") ?? long.MaxValue,
            Limit = question.FindCount("limit", 1, WindowQuery.MaxLimit, UsualLimit),
            IncludeOpen = question.FindSwitch("open"),
        };
        if (question.Find("key") is string key)
        {
            query = WithKey(query, card.Definition, key);
        }

        WindowAnswer answer = await engine.QueryAsync(query).ConfigureAwait(false);
        bool isOverAll = card.Views.FirstOrDefault(v => v.Name == view)?.GroupBy == GroupBy.All;
        return new JsonAnswer
        {
            Head = json =>
            {
                json.WriteString("stream", stream);
                json.WriteString("view", view);
                AnswerJson.WriteNames(json, "aggregates", answer.ValueNames);
            },
            ListName = "rows",
            ItemCount = answer.Rows.Count,
            Item = (json, i) => AnswerJson.WriteRow(json, answer.Rows[i], isOverAll),
            Tail = json => json.WriteBoolean("more", answer.IsTruncated),
        };
    }

    private static WindowQuery WithKey(WindowQuery query, StreamDefinition stream, string key)
    {
        if (stream.KeyKind == KeyKind.Text)
        {
            return query with { KeyText = key };
        }

        return ulong.TryParse(key, out ulong number)
            ? query with { Key = number }
            : throw QuestionException.BadRequest(
                $"key \"{key}\" is no u64, as stream \"{stream.Name}\" has: write a whole number");
    }

    private async Task<JsonAnswer> RefusalsAsync(string stream)
    {
        StreamCard card = (await StreamsAsync(stream).ConfigureAwait(false))[0];
        CountersQuestion counters = new(_core.Partitions.Length);
        await _core.AskAsync(counters).ConfigureAwait(false);
        Func<ulong, string>? nameOf = card.Definition.KeyKind == KeyKind.Text
            ? Array.Find(_core.State.Streams, s => s.Id == card.Id)!.Names.NameOf
            : null;
        StreamCounters counts = counters.Streams.GetValueOrDefault(card.Id) ?? new StreamCounters();
        RefusalList refusals = new(card.Definition.RefusalNames, counts, nameOf);
        return new JsonAnswer { ListName = "refusals", ItemCount = refusals.Count, Item = refusals.Write };
    }

    private JsonAnswer Info() => new()
    {
        Head = json =>
        {
            json.WriteString("version", ServerFacts.Version);
            json.WriteString("dataDirectory", facts.DataDirectory);
            json.WriteNumber("framePort", facts.FramePort);
            json.WriteNumber("httpPort", facts.HttpPort);
            json.WriteNumber("partitions", _core.Partitions.Length);
            json.WriteNumber("appliedAddress", _core.Partitions.Min(partition => partition.EmittedThrough));
            json.WriteNumber("durableAddress", _core.Logs.Journal.DurableAddress);
            json.WriteNumber("recoveredFrames", engine.RecoveredFrames);
            json.WriteNumber("journalBytes", _core.Logs.Journal.StoredBytes);
            json.WriteNumber("resultsBytes", _core.Logs.Results.StoredBytes);
            json.WriteNumber("stateBytes", _core.Logs.State.StoredBytes);
            json.WriteNumber("journalWrittenBytes", WrittenBytes(_core.Logs.Journal));
            json.WriteNumber("resultsWrittenBytes", WrittenBytes(_core.Logs.Results));
            json.WriteBoolean("ephemeral", _core.Options.Ephemeral);
            json.WriteBoolean("volatile", _core.Logs.Journal.IsVolatile);
            json.WriteNumber("uptimeSeconds", facts.UptimeSeconds);
        },
    };

    /// <summary>What the log holds, fill of its blocks included; its files are made larger ahead of time.</summary>
    private static long WrittenBytes(IEntryLog log) => log.WrittenAddress - log.BeginAddress;

    private async Task<JsonAnswer> DigestAsync()
    {
        string digest = await engine.DigestAsync().ConfigureAwait(false);
        long address = _core.Logs.Journal.DurableAddress;
        return new JsonAnswer
        {
            Head = json =>
            {
                json.WriteString("digest", digest);
                json.WriteNumber("address", address);
            },
        };
    }

    // A text stream keeps its names; keys that are numbers are known where a window is open.
    private static long KeyCount(StreamCard card, OpenStateQuestion open) =>
        card.Definition.KeyKind == KeyKind.Text ? card.KeyNameCount : open.KeyCountOf(card.Id);

    private async Task<OpenStateQuestion> OpenStateAsync()
    {
        OpenStateQuestion question = new(_core.Partitions.Length);
        await _core.AskAsync(question).ConfigureAwait(false);
        return question;
    }

    private QuestionException UnknownStream(string name)
    {
        IEnumerable<string> names = _core.State.Streams.Select(stream => stream.Definition.Name);
        return new QuestionException(
            404,
            "UNKNOWN_STREAM",
            $"stream \"{name}\" does not exist{NearestWord.Hint(name, names)}; there are: "
            + string.Join(", ", names.DefaultIfEmpty("none")));
    }
}
