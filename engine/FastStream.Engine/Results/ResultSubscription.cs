using System.Threading.Channels;

namespace FastStream.Engine.Results;

/// <summary>
/// Closed windows of a view as they leave, row by row, in the order of the results log. Enumerate it once, on any
/// thread; dispose it to stop.
/// </summary>
/// <remarks>
/// Two threads meet here: the results thread (Offer, FindCut) and the reader (GetAsyncEnumerator). A bounded channel
/// carries pieces. A durable subscription is either live or behind:
/// 1. Behind (also at its start): the results thread passes it over; the reader reads the log from <c>_cursor</c>.
/// 2. The reader becomes live under <c>_guard</c> when its cursor has reached what has been released. The results
///    thread publishes the released address before it offers the entry, so an entry is either below the address that
///    the reader compared with, and was read from the log, or is offered after the reader became live. What was both
///    read and offered is recognised by its address, below the cursor.
/// 3. Live and the channel is full: the results thread makes it behind, from the last piece it put in. The reader takes
///    what the channel holds before it reads on in the log.
/// So a slow reader costs a bounded channel and no one's time. Behind and taking nothing for the bound: cut.
/// </remarks>
public sealed class ResultSubscription : IAsyncEnumerable<WindowResult>, IDisposable
{
    private readonly ResultsView _view;
    private readonly ResultsGate _gate;
    private readonly SubscriptionOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<WindowResultPiece> _channel;
    private readonly Lock _guard = new();

    private bool _isBehind; // under _guard
    private bool _isReading; // under _guard
    private long _cursor; // under _guard: everything that ends at or below it was taken or lies in the channel
    private long _lastMoved; // by the reader and under _guard: timestamp of the last piece taken
    private string? _cutReason; // under _guard; set once
    private int _rowsToSkip; // reader: rows of the first entry that were taken in an earlier life

    internal ResultSubscription(
        ResultsView view, ResultsGate gate, SubscriptionOptions options, long cursor, TimeProvider time)
    {
        _view = view;
        _gate = gate;
        _options = options;
        _time = time;
        _cursor = cursor;
        _rowsToSkip = options.From?.RowsTaken ?? 0;
        _isBehind = options.Level == ResultLevel.Durable;
        _lastMoved = time.GetTimestamp();
        _channel = Channel.CreateBounded<WindowResultPiece>(new BoundedChannelOptions(options.MaxWaitingPieces)
        {
            SingleReader = true,
            SingleWriter = false, // completing it may come from any thread
            FullMode = BoundedChannelFullMode.Wait,
        });
    }

    /// <summary>What its results have survived when they come.</summary>
    public ResultLevel Level => _options.Level;

    /// <summary>Why it was cut; null while it was not.</summary>
    public string? CutReason
    {
        get
        {
            lock (_guard)
            {
                return _cutReason;
            }
        }
    }

    internal ResultsView View => _view;

    /// <summary>Ends the subscription; an enumeration under way ends after what it has.</summary>
    public void Dispose()
    {
        _gate.Remove(this);
        _channel.Writer.TryComplete();
    }

    /// <summary>The rows, until the subscription is disposed, the engine closes or the token is cancelled.</summary>
    /// <exception cref="SubscriptionCutException">It was cut; the message says why.</exception>
    public async IAsyncEnumerator<WindowResult> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        BeginReading();
        using ResultSubscription end = this; // however the enumeration ends, the gate stops offering
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_channel.Reader.TryRead(out WindowResultPiece? piece))
            {
                MarkMoved();
                for (int row = TakeSkip(piece); row < piece.Keys.Length; row++)
                {
                    yield return new WindowResult(piece, row);
                }
            }

            if (CutReason is string reason)
            {
                throw new SubscriptionCutException(reason);
            }

            ReaderStep step = NextStep(out long from, out long to);
            if (step == ReaderStep.TakeWaiting)
            {
                continue;
            }

            if (step == ReaderStep.WaitForMore)
            {
                if (!await _channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false)
                    && CutReason is null)
                {
                    yield break;
                }

                continue;
            }

            if (_channel.Reader.Completion.IsCompleted)
            {
                yield break;
            }

            foreach (WindowResultPiece piece in ReadLog(from, to))
            {
                MarkMoved();
                for (int row = TakeSkip(piece); row < piece.Keys.Length; row++)
                {
                    yield return new WindowResult(piece, row);
                }
            }
        }
    }

    /// <summary>Results thread: a piece at the level of this subscription.</summary>
    internal void Offer(ResultEntry entry)
    {
        lock (_guard)
        {
            if (_cutReason is not null || (Level == ResultLevel.Durable && (_isBehind || entry.EndAddress <= _cursor)))
            {
                return;
            }

            if (_channel.Writer.TryWrite(WindowResultPiece.Copy(_view, entry, Level)))
            {
                _cursor = Math.Max(_cursor, entry.EndAddress);
            }
            else if (Level == ResultLevel.Durable)
            {
                _isBehind = true;
            }
            else
            {
                CutLocked($"{_options.MaxWaitingPieces} pieces of applied windows waited and none was taken in time: "
                    + "take them faster, allow more, or subscribe at level durable, which catches up from the log");
            }
        }
    }

    /// <summary>Results thread, now and then: cuts the subscription if it is behind and stands still.</summary>
    internal void CutIfTooSlow()
    {
        lock (_guard)
        {
            if (_isBehind && _isReading && _time.GetElapsedTime(_lastMoved) > _options.MaxWait)
            {
                CutLocked($"results waited and none was taken for {_options.MaxWait.TotalSeconds:0.#} s: "
                    + "subscribe again from the last position, and take them faster or allow a longer MaxWait");
            }
        }
    }

    /// <summary>Ends it with a reason.</summary>
    internal void Cut(string reason)
    {
        lock (_guard)
        {
            CutLocked(reason);
        }
    }

    private void CutLocked(string reason)
    {
        _cutReason ??= $"The subscription to {_view.Stream.Name}/{_view.View.Name} was cut: {reason}.";
        _channel.Writer.TryComplete();
    }

    private void BeginReading()
    {
        lock (_guard)
        {
            if (_isReading)
            {
                throw new InvalidOperationException("A subscription can be enumerated once.");
            }

            _isReading = true;
            _lastMoved = _time.GetTimestamp();
        }
    }

    /// <summary>
    /// Reader, after it has found the channel empty: what to do next, with the range of the log if that is to be read.
    /// Becomes live when there is nothing left to catch up.
    /// </summary>
    internal ReaderStep NextStep(out long from, out long to)
    {
        lock (_guard)
        {
            from = _cursor;
            to = _gate.ReleasedAddress;
            _isBehind &= from < to;
            if (!_isBehind)
            {
                return ReaderStep.WaitForMore;
            }

            // Nothing is put in while it is behind, so what lies there came since the reader looked, and comes first.
            return _channel.Reader.TryPeek(out _) ? ReaderStep.TakeWaiting : ReaderStep.ReadLog;
        }
    }

    // Pieces of this view in [from, to); the cursor moves over each entry as it is passed.
    private IEnumerable<WindowResultPiece> ReadLog(long from, long to)
    {
        if (from > 0 && from < _gate.Log.BeginAddress)
        {
            CutByRetention(from);
            yield break;
        }

        using ResultLogReader reader = new(_gate.Log, _view, from, to);
        while (reader.TryReadNext(out WindowResultPiece? piece))
        {
            MoveCursor(reader.NextAddress);
            if (piece is not null)
            {
                yield return piece;
            }
        }

        if (reader.IsCutByRetention)
        {
            CutByRetention(reader.NextAddress);
        }
        else
        {
            MoveCursor(to);
        }
    }

    private void CutByRetention(long address) => Cut(
        $"retention removed results below address {_gate.Log.BeginAddress} before it took those from {address}: "
        + "subscribe from the beginning, or keep more");

    private void MoveCursor(long address)
    {
        lock (_guard)
        {
            _cursor = Math.Max(_cursor, address);
        }
    }

    private void MarkMoved()
    {
        lock (_guard)
        {
            _lastMoved = _time.GetTimestamp();
        }
    }

    private int TakeSkip(WindowResultPiece piece)
    {
        int skip = _options.From is ResultPosition from && from.Address == piece.Address ? _rowsToSkip : 0;
        _rowsToSkip = 0;
        return Math.Min(skip, piece.Keys.Length);
    }
}
