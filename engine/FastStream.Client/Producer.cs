using System.Text;
using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>
/// Sends records to one stream. <c>Send</c> puts a record into columns and returns: a thread behind it makes frames of
/// them, sends them, keeps them until they are acked and sends them again when it must. Nothing is allocated per record
/// or frame.
/// <para>
/// Threads: everything that sends, flushes or sets a position belongs to one thread at a time; properties and
/// <see cref="WhenAcked"/> may be used from any.
/// </para>
/// </summary>
public sealed class Producer : IAsyncDisposable, IDisposable
{
    private readonly ProducerState _state;
    private readonly RecordAppender _appender;
    private readonly KeyDictionary _dictionary;
    private readonly Thread _sender;
    private readonly byte[] _position;

    private Producer(ProducerOptions options, Connection connection)
    {
        _position = connection.Position;
        Epoch = connection.Welcome.Epoch;
        LastSequence = connection.Welcome.LastSequence;
        AckLevel = connection.Welcome.AckLevel;
        Capacity = FrameEncoder.CapacityFor(options.BatchBytes, options.Fields.Count, connection.Welcome);
        ulong settled = options.FirstSequence == 0 ? LastSequence : options.FirstSequence - 1;

        // One is filled, one is encoded, one may wait between them.
        ColumnBuffer[] buffers = new ColumnBuffer[3];
        for (int index = 0; index < buffers.Length; index++)
        {
            buffers[index] = new ColumnBuffer(Capacity, options.Fields.Count, options.KeyKind);
        }

        _dictionary = new KeyDictionary(connection.Welcome.DictionaryCount);
        _state = new ProducerState(options, settled, buffers);
        _appender = new RecordAppender(_state);
        SenderLoop sender = new(_state, new FrameEncoder(options, _dictionary, Capacity), connection);
        _sender = new Thread(sender.Run) { IsBackground = true, Name = "FastStream send" };
        _sender.Start();
    }

    /// <summary>The epoch of this producer's frames; give it again to go on after a restart.</summary>
    public ulong Epoch { get; }

    /// <summary>The last sequence that the server had when the producer connected first.</summary>
    public ulong LastSequence { get; }

    /// <summary>The level that acks have: the one asked for, or lower when the server's disk keeps nothing.</summary>
    public AckLevel AckLevel { get; }

    /// <summary>Most records in one frame.</summary>
    public int Capacity { get; }

    /// <summary>The source position of the last frame that the server had when the producer connected first.</summary>
    public ReadOnlySpan<byte> Position => _position;

    /// <summary>Every frame up to this sequence is acked or refused for good.</summary>
    public ulong SettledThrough => _state.ReadSettledThrough();

    /// <summary>What has been done so far.</summary>
    public ProducerCounts Counts => _state.ReadCounts();

    /// <summary>Why the producer has ended; null while it lives.</summary>
    public ProducerException? Fault => _state.Fault;

    /// <summary>Connects.</summary>
    /// <param name="options">Where to, as whom.</param>
    /// <returns>A producer that may send at once.</returns>
    /// <exception cref="ArgumentException">The options cannot work; all faults are in the text.</exception>
    /// <exception cref="ProducerException">Nothing listens, wrong version, busy, not allowed, ...</exception>
    public static async Task<Producer> ConnectAsync(ProducerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> faults = options.Validate();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        return new Producer(options, await FirstConnection.OpenAsync(options).ConfigureAwait(false));
    }

    /// <summary>Sends a record with one field. Waits when the window is full.</summary>
    /// <param name="key">The key.</param>
    /// <param name="timeNs">The event time, nanoseconds since 1970 UTC.</param>
    /// <param name="value">The field; NaN for absent.</param>
    public void Send(ulong key, long timeNs, double value) => _appender.Append(key, timeNs, value);

    /// <summary>Sends a record. Waits when the window is full.</summary>
    /// <param name="key">The key.</param>
    /// <param name="timeNs">The event time, nanoseconds since 1970 UTC.</param>
    /// <param name="values">One value for each field; NaN for absent.</param>
    public void Send(ulong key, long timeNs, ReadOnlySpan<double> values) =>
        _appender.Append(key, timeNs, values);

    /// <summary>Sends a record with a text key. Waits when the window is full.</summary>
    /// <param name="key">The key, 1 to 249 bytes as UTF-8.</param>
    /// <param name="timeNs">The event time, nanoseconds since 1970 UTC.</param>
    /// <param name="values">One value for each field; NaN for absent.</param>
    public void Send(ReadOnlySpan<char> key, long timeNs, params ReadOnlySpan<double> values) =>
        SendById(AddKey(key), timeNs, values);

    /// <summary>Sends a record with a text key given as UTF-8. Waits when the window is full.</summary>
    /// <param name="utf8Key">The key, 1 to 249 bytes of UTF-8.</param>
    /// <param name="timeNs">The event time, nanoseconds since 1970 UTC.</param>
    /// <param name="values">One value for each field; NaN for absent.</param>
    public void Send(ReadOnlySpan<byte> utf8Key, long timeNs, params ReadOnlySpan<double> values) =>
        SendById(AddKey(utf8Key), timeNs, values);

    /// <summary>Sends a record by the id of its text key. Waits when the window is full.</summary>
    /// <param name="keyId">What <see cref="AddKey(ReadOnlySpan{byte})"/> gave.</param>
    /// <param name="timeNs">The event time, nanoseconds since 1970 UTC.</param>
    /// <param name="values">One value for each field; NaN for absent.</param>
    public void SendById(uint keyId, long timeNs, params ReadOnlySpan<double> values) =>
        _appender.AppendId(keyId, timeNs, values);

    /// <summary>Sends a record with one field unless that would have to wait.</summary>
    /// <param name="key">The key.</param>
    /// <param name="timeNs">The event time, nanoseconds since 1970 UTC.</param>
    /// <param name="value">The field; NaN for absent.</param>
    /// <returns>False when the window is full; the record was not taken.</returns>
    public bool TrySend(ulong key, long timeNs, double value)
    {
        if (!_appender.TryMakeRoom())
        {
            return false;
        }

        _appender.Append(key, timeNs, value);
        return true;
    }

    /// <summary>The id of a text key; a new key is announced before the first record that uses it.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The id for <see cref="SendById"/> and <see cref="SendColumnsById"/>.</returns>
    public uint AddKey(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[(WireFormat.MaxNameBytes + 1) * 3];
        if (!Encoding.UTF8.TryGetBytes(key, utf8, out int bytes))
        {
            throw new ArgumentException(
                $"A key has 1 to 249 bytes of UTF-8, not {key.Length} characters.", nameof(key));
        }

        return AddKey(utf8[..bytes]);
    }

    /// <summary>The id of a text key; a new key is announced before the first record that uses it.</summary>
    /// <param name="utf8Key">The key in UTF-8.</param>
    /// <returns>The id for <see cref="SendById"/> and <see cref="SendColumnsById"/>.</returns>
    public uint AddKey(ReadOnlySpan<byte> utf8Key)
    {
        if (_state.Options.KeyKind != KeyKind.Text)
        {
            throw new InvalidOperationException("This producer sends numbers as keys: set KeyKind to text.");
        }

        return _dictionary.IdOf(utf8Key);
    }

    /// <summary>Sends records given as columns. Waits when the window is full.</summary>
    /// <param name="keys">One key for each record.</param>
    /// <param name="timesNs">One event time for each record.</param>
    /// <param name="fields">The columns of the fields one behind the other.</param>
    public void SendColumns(ReadOnlySpan<ulong> keys, ReadOnlySpan<long> timesNs, ReadOnlySpan<double> fields) =>
        _appender.AppendColumns(keys, default, timesNs, fields, KeyKind.U64);

    /// <summary>Sends records of text keys given as columns. Waits when the window is full.</summary>
    /// <param name="keyIds">One id for each record, from <see cref="AddKey(ReadOnlySpan{byte})"/>.</param>
    /// <param name="timesNs">One event time for each record.</param>
    /// <param name="fields">The columns of the fields one behind the other.</param>
    public void SendColumnsById(ReadOnlySpan<uint> keyIds, ReadOnlySpan<long> timesNs, ReadOnlySpan<double> fields) =>
        _appender.AppendColumns(default, keyIds, timesNs, fields, KeyKind.Text);

    /// <summary>
    /// Says that all records so far come before this place in the source. A frame that carries it ends exactly here,
    /// and the server gives it back on the next connection, so a source that resumes there sends nothing twice. From
    /// the first call on, records behind the last position wait for the next one or for a flush; a source sets one at
    /// least every <see cref="Capacity"/> records. A position with no new record before it goes nowhere.
    /// </summary>
    /// <param name="position">1 to 64 bytes.</param>
    public void SetPosition(ReadOnlySpan<byte> position)
    {
        ArgumentOutOfRangeException.ThrowIfZero(position.Length, nameof(position));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position.Length, WireFormat.MaxPositionBytes, nameof(position));
        _appender.Mark(position);
    }

    /// <summary>Sends a frame that was encoded before, for load generators. The bytes are copied.</summary>
    /// <param name="frame">A whole sequenced frame whose sequence follows the last one's.</param>
    public void SendFrame(ReadOnlySpan<byte> frame)
    {
        ulong sequence = SequenceOf(frame);
        _appender.Rotate();
        FrameSlot slot = _state.CopyFrame(frame);
        slot.Sequence = sequence;
        _ = _state.Enqueue(new WorkItem { Frame = slot }, true);
    }

    /// <summary>Sends a frame that was encoded before without copying it.</summary>
    /// <param name="frame">As for <see cref="SendFrame"/>; must not change until its sequence is settled.</param>
    public void SendFrameInPlace(ReadOnlyMemory<byte> frame)
    {
        ulong sequence = SequenceOf(frame.Span);
        _appender.Rotate();
        FrameSlot slot = _state.RentSlot();
        slot.Frame = frame;
        slot.Sequence = sequence;
        _ = _state.Enqueue(new WorkItem { Frame = slot }, true);
    }

    /// <summary>Says that no record below this event time comes any more.</summary>
    /// <param name="timeNs">The event time, nanoseconds since 1970 UTC.</param>
    public void SendTime(long timeNs)
    {
        _appender.Rotate();
        _ = _state.Enqueue(new WorkItem { TimeNs = timeNs }, true);
    }

    /// <summary>Says that this producer holds back no window any more. Does not wait for the ack.</summary>
    public void End()
    {
        _appender.Rotate();
        _ = _state.Enqueue(new WorkItem { IsEnd = true }, true);
    }

    /// <summary>Sends what there is and waits until all of it is acked (at level none: sent).</summary>
    /// <exception cref="ProducerException">The producer has ended.</exception>
    public void Flush() => FlushAsync().GetAwaiter().GetResult();

    /// <summary>Sends what there is; completes when all of it is acked (at level none: sent).</summary>
    /// <returns>A task that fails with a <see cref="ProducerException"/> when the producer ends.</returns>
    public Task FlushAsync()
    {
        _appender.Rotate();
        TaskCompletionSource flush = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = _state.Enqueue(new WorkItem { Flush = flush }, true);
        return flush.Task;
    }

    /// <summary>Completes when the frame is acked or refused for good.</summary>
    /// <param name="sequence">The frame.</param>
    /// <returns>A task that fails with a <see cref="ProducerException"/> when the producer ends.</returns>
    public Task WhenAcked(ulong sequence) => _state.WhenSettled(sequence);

    /// <summary>Waits for acks as long as the options say, then closes.</summary>
    /// <returns>A task that never fails: ask <see cref="FlushAsync"/> whether all is acked.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_state.IsClosing && _state.Fault is null)
        {
            try
            {
                await FlushAsync().WaitAsync(_state.Options.CloseTimeout).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is ProducerException or TimeoutException)
            {
                // Said by FlushAsync to whoever wants to know; closing goes on.
            }
        }

        _state.Close();
        await Task.Run(_sender.Join).ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, waiting on this thread.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static ulong SequenceOf(ReadOnlySpan<byte> frame)
    {
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        FrameError error = frame.Length < WireFormat.HeaderBytes
            ? FrameError.Truncated
            : FrameHeader.TryRead(frame, limits, out FrameHeader header) is var read and not FrameError.None ? read
            : header.FrameBytes != frame.Length ? FrameError.BadLength
            : header.Kind.IsSequenced() ? FrameError.None : FrameError.BadSequence;
        if (error != FrameError.None)
        {
            throw new ArgumentException($"This is not one whole sequenced frame: {error}.", nameof(frame));
        }

        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(frame[24..]);
    }
}
