using System.Globalization;
using FastStream.TestKit.Model;

namespace FastStream.TestKit.Generate;

/// <summary>
/// Plays one history to several targets in lockstep and compares every answer. Its clock moves a second a step,
/// far in an idle one, and jumps where a step says so; nothing here looks at the wall clock.
/// </summary>
internal sealed class HistoryPlayer(bool textKeys, IReadOnlyList<IHistoryTarget> targets)
{
    private const long Second = 1_000_000_000;
    private const long Day = 86_400 * Second;
    private const int LongAgoSeconds = -400 * 86_400;
    private const int MaxAddedViews = 3;

    private readonly Producer[] _producers = [.. Enumerable.Range(0, RandomHistory.ProducerCount)
        .Select(number => new Producer(string.Create(CultureInfo.InvariantCulture, $"p{number}")))];

    private int _addedViews;

    /// <summary>When histories begin: 2024-01-01T00:00:00Z.</summary>
    public static long StartNs => 1_704_067_200 * Second;

    /// <summary>The player's clock.</summary>
    public long NowNs { get; private set; } = StartNs;

    /// <summary>Names of the producers.</summary>
    public static string KeyName(int key) => string.Create(CultureInfo.InvariantCulture, $"key-{key}");

    /// <summary>Plays all steps; throws at the first answer on which the targets differ.</summary>
    public async Task PlayAsync(IEnumerable<HistoryStep> steps)
    {
        foreach (HistoryStep step in steps)
        {
            NowNs += Second;
            await PlayAsync(step).ConfigureAwait(false);
        }
    }

    private async Task PlayAsync(HistoryStep step)
    {
        switch (step)
        {
            case HistoryStep.Data data:
                await SendDataAsync(_producers[data.Producer], data).ConfigureAwait(false);
                break;
            case HistoryStep.Unreadable bad:
                await SendNextAsync(
                    _producers[bad.Producer],
                    sequence => ModelFrame.Data(sequence, Records(bad.Records)) with { Undecodable = true })
                    .ConfigureAwait(false);
                break;
            case HistoryStep.Promise promise:
                await SendNextAsync(
                    _producers[promise.Producer], sequence => ModelFrame.Time(sequence, At(promise.Seconds)))
                    .ConfigureAwait(false);
                break;
            case HistoryStep.ClockJump jump:
                await JumpAsync(jump.Days).ConfigureAwait(false);
                break;
            case HistoryStep.End end:
                await SendNextAsync(_producers[end.Producer], ModelFrame.End).ConfigureAwait(false);
                break;
            case HistoryStep.Reconnect reconnect:
                await LeaveAsync(_producers[reconnect.Producer]).ConfigureAwait(false);
                break;
            case HistoryStep.NewEpoch next:
                await OpenEpochAsync(_producers[next.Producer]).ConfigureAwait(false);
                break;
            default:
                await PlayForAllAsync(step).ConfigureAwait(false);
                break;
        }
    }

    private async Task PlayForAllAsync(HistoryStep step)
    {
        if (step is HistoryStep.Idle)
        {
            NowNs += RandomHistory.IdleSeconds * Second;
        }
        else if (step is HistoryStep.AddView && _addedViews++ >= MaxAddedViews)
        {
            return;
        }
        else if (step is HistoryStep.Restart)
        {
            Array.ForEach(_producers, producer => producer.Forget());
        }

        foreach (IHistoryTarget target in targets)
        {
            await (step switch
            {
                HistoryStep.Idle => target.IdleAsync(NowNs),
                HistoryStep.Advance advance => target.AdvanceAsync(At(advance.Seconds), NowNs),
                HistoryStep.Snapshot => target.SnapshotAsync(NowNs),
                HistoryStep.Restart restart => target.RestartAsync(restart, NowNs),
                HistoryStep.AddView => target.AddViewAsync(HistoryView.Added(_addedViews), NowNs),
                _ => throw new InvalidOperationException($"step {step} is unknown"),
            }).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// An entry just before and just after, so that the newest arrival is the highest time that the clock has shown:
    /// below it a journal's time stands still until the clock has come back.
    /// </summary>
    private async Task JumpAsync(int days)
    {
        await PlayForAllAsync(new HistoryStep.Advance(LongAgoSeconds)).ConfigureAwait(false);
        NowNs += days * Day;
        await PlayForAllAsync(new HistoryStep.Advance(LongAgoSeconds)).ConfigureAwait(false);
    }

    private async Task SendDataAsync(Producer producer, HistoryStep.Data data)
    {
        await OpenAsync(producer).ConfigureAwait(false);
        ModelFrame? last = producer.Last;
        switch (data.Choice)
        {
            case SequenceChoice.Duplicate when last is not null:
                await OfferAsync(producer, last).ConfigureAwait(false);
                return;
            case SequenceChoice.Reused when last is not null && producer.IsRemembered:
                await OfferAsync(producer, ModelFrame.Data(last.Sequence, Records(data.Records))).ConfigureAwait(false);
                return;
            case SequenceChoice.Gap:
                await OfferAsync(producer, ModelFrame.End(producer.NextSequence + 1)).ConfigureAwait(false);
                return;
            default:
                await AnnounceAsync(producer, data.Records).ConfigureAwait(false);
                await SendNextAsync(producer, sequence => ModelFrame.Data(
                    sequence, [.. data.Records.Select(draft => Record(draft, KeyOf(producer, draft)))]))
                    .ConfigureAwait(false);
                return;
        }
    }

    private ulong KeyOf(Producer producer, RecordDraft draft) =>
        textKeys ? (ulong)producer.Ids[draft.Key] : (ulong)draft.Key;

    // In a text stream a key travels as the producer's own id, announced before its first use in an epoch.
    private async Task AnnounceAsync(Producer producer, RecordDraft[] drafts)
    {
        int[] fresh = [.. drafts.Select(draft => draft.Key).Distinct().Where(key => !producer.Ids.ContainsKey(key))];
        if (textKeys && fresh.Length > 0)
        {
            int firstId = producer.Ids.Count;
            foreach (int key in fresh)
            {
                producer.Ids.Add(key, producer.Ids.Count);
            }

            await SendNextAsync(
                producer, sequence => ModelFrame.Dictionary(sequence, firstId, [.. fresh.Select(KeyName)]))
                .ConfigureAwait(false);
        }
    }

    private async Task SendNextAsync(Producer producer, Func<long, ModelFrame> frameOf)
    {
        await OpenAsync(producer).ConfigureAwait(false);
        ModelFrame frame = frameOf(producer.NextSequence);
        HistoryReply reply = await OfferAsync(producer, frame).ConfigureAwait(false);
        if (reply.Verdict is ModelVerdict.Accepted or ModelVerdict.RefusedForGood)
        {
            producer.Sent(frame);
        }
    }

    private async Task<HistoryReply> OfferAsync(Producer producer, ModelFrame frame)
    {
        HistoryReply? first = null;
        foreach (IHistoryTarget target in targets)
        {
            HistoryReply reply = await target.OfferAsync(producer.Name, frame, NowNs).ConfigureAwait(false);
            first ??= reply;
            if (reply != first)
            {
                throw new InvalidOperationException(
                    $"{producer.Name}, {frame.Kind} {frame.Sequence}: {first} from the first, {reply} from {target}");
            }
        }

        return first!;
    }

    private async Task OpenAsync(Producer producer)
    {
        if (producer.IsOpen)
        {
            return;
        }

        // Epoch 0 asks for the next one: a producer's very first session has none yet.
        await HelloAsync(producer, producer.Epoch).ConfigureAwait(false);
    }

    private async Task OpenEpochAsync(Producer producer)
    {
        await HelloAsync(producer, 0).ConfigureAwait(false);
    }

    private async Task HelloAsync(Producer producer, long epoch)
    {
        (long Epoch, long LastSequence)? first = null;
        foreach (IHistoryTarget target in targets)
        {
            var welcome = await target.HelloAsync(producer.Name, epoch, NowNs).ConfigureAwait(false);
            first ??= welcome;
            if (welcome != first)
            {
                throw new InvalidOperationException($"{producer.Name}: welcome {first} or {welcome}");
            }
        }

        producer.Open(first!.Value.Epoch, first.Value.LastSequence);
    }

    private async Task LeaveAsync(Producer producer)
    {
        if (producer.IsOpen)
        {
            producer.IsOpen = false;
            foreach (IHistoryTarget target in targets)
            {
                await target.LeaveAsync(producer.Name).ConfigureAwait(false);
            }
        }
    }

    private long At(int seconds) => NowNs + (seconds * Second);

    private ModelRecord Record(RecordDraft draft, ulong key) =>
        new(key, At(draft.Seconds), draft.First, draft.Second);

    private ModelRecord[] Records(RecordDraft[] drafts) => [.. drafts.Select(draft => Record(draft, 0))];

    private sealed class Producer(string name)
    {
        public string Name { get; } = name;

        public long Epoch { get; private set; }

        public long NextSequence { get; private set; } = 1;

        public bool IsOpen { get; set; }

        /// <summary>The last frame of this epoch that spent a number.</summary>
        public ModelFrame? Last { get; private set; }

        /// <summary>Nobody has restarted since: its checksum is still known.</summary>
        public bool IsRemembered { get; private set; }

        /// <summary>Dictionary ids of this epoch by key.</summary>
        public Dictionary<int, int> Ids { get; } = [];

        public void Open(long epoch, long lastSequence)
        {
            if (epoch != Epoch)
            {
                Ids.Clear();
                Last = null;
            }

            Epoch = epoch;
            NextSequence = lastSequence + 1;
            IsOpen = true;
        }

        public void Sent(ModelFrame frame)
        {
            Last = frame;
            IsRemembered = true;
            NextSequence = frame.Sequence + 1;
        }

        public void Forget()
        {
            IsOpen = false;
            IsRemembered = false;
        }
    }
}
