using System.Text;
using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Engine;

/// <summary>
/// Appends records to a stream from inside the process: a producer without a socket. For one thread at a time.
/// </summary>
/// <remarks>
/// Cost: one copy of the columns, one checksum, no allocation. Records of one call become one frame or a few; a
/// position is the last frame's sequence. When the engine refuses a frame (a full or failed disk), the appender ends:
/// calls throw the reason, and what came after the last durable position may be appended again by a new appender.
/// </remarks>
public sealed class RecordAppender : IDisposable
{
    internal const uint SchemaId = 1;

    private const int MaxRecordsPerAppend = 16_384;

    private readonly EngineCore _core;
    private readonly Session _session;
    private readonly AppenderOutput _output;
    private readonly CounterSet _counters;
    private readonly int _fieldCount;
    private readonly int _recordsPerFrame;
    private readonly Dictionary<string, uint> _keyIds = new(StringComparer.Ordinal);
    private readonly Func<bool> _hasRoom;
    private int _wantedBytes;
    private uint _nextKeyId; // ids go on where an earlier appender of this epoch ended
    private ulong _sequence;

    internal RecordAppender(
        EngineCore core,
        Session session,
        AppenderOutput output,
        int fieldCount,
        ulong lastSequence,
        int dictionaryCount)
    {
        _nextKeyId = (uint)dictionaryCount;
        _core = core;
        _session = session;
        _output = output;
        _fieldCount = fieldCount;
        _sequence = lastSequence;
        _counters = core.Counters.AddSet($"appender {session.ProducerName}");
        int recordBytes = (fieldCount + 2) * sizeof(long);
        int room = core.Options.Limits.MaxFrameBytes - 4_096;
        _recordsPerFrame = Math.Clamp(room / recordBytes, 1, MaxRecordsPerAppend);
        _hasRoom = () => _output.HasRoom(_wantedBytes) || _output.Fault is not null;
    }

    /// <summary>The epoch this appender writes in.</summary>
    public ulong Epoch => _session.Epoch;

    /// <summary>The last position given out.</summary>
    public ulong Position => _sequence;

    /// <summary>The last position that all partitions have applied: queries see it.</summary>
    public ulong AppliedPosition => _output.AppliedWaiters.Reached;

    /// <summary>The last position that is on stable storage.</summary>
    public ulong DurablePosition => _output.DurableWaiters.Reached;

    /// <summary>
    /// Appends records; waits while as many bytes are in flight as may be. Returns the position of the last one.
    /// </summary>
    /// <param name="keys">A key a record.</param>
    /// <param name="timesNs">An event time a record, nanoseconds since 1970 UTC.</param>
    /// <param name="values">The fields, column after column, each as long as the keys; NaN = absent.</param>
    /// <exception cref="IngestionException">The engine has refused a frame; see the remarks.</exception>
    public ulong Append(ReadOnlySpan<ulong> keys, ReadOnlySpan<long> timesNs, ReadOnlySpan<double> values)
    {
        CheckShape(keys.Length, timesNs.Length, values.Length);
        for (int at = 0; at < keys.Length; at += _recordsPerFrame)
        {
            int count = Math.Min(_recordsPerFrame, keys.Length - at);
            AppendFrame(
                keys.Slice(at, count), default, timesNs.Slice(at, count), values, at, keys.Length, mayWait: true);
        }

        return _sequence;
    }

    /// <summary>Appends the records of a text stream by the ids that <see cref="KeyId"/> gives.</summary>
    public ulong Append(ReadOnlySpan<uint> keyIds, ReadOnlySpan<long> timesNs, ReadOnlySpan<double> values)
    {
        CheckShape(keyIds.Length, timesNs.Length, values.Length);
        for (int at = 0; at < keyIds.Length; at += _recordsPerFrame)
        {
            int count = Math.Min(_recordsPerFrame, keyIds.Length - at);
            AppendFrame(
                default, keyIds.Slice(at, count), timesNs.Slice(at, count), values, at, keyIds.Length, mayWait: true);
        }

        return _sequence;
    }

    /// <summary>Appends one record of a stream with one field.</summary>
    public ulong Append(ulong key, long timeNs, double value) =>
        Append(new ReadOnlySpan<ulong>(in key), new ReadOnlySpan<long>(in timeNs), new ReadOnlySpan<double>(in value));

    /// <summary>
    /// The same as Append but never waits: false, and nothing appended, when there is no room. Takes at most one
    /// frame's records (16,384, fewer with many fields).
    /// </summary>
    public bool TryAppend(
        ReadOnlySpan<ulong> keys, ReadOnlySpan<long> timesNs, ReadOnlySpan<double> values, out ulong position)
    {
        CheckShape(keys.Length, timesNs.Length, values.Length);
        if (keys.Length > _recordsPerFrame)
        {
            throw new ArgumentException(
                $"{keys.Length} records are more than a frame takes: give at most {_recordsPerFrame}", nameof(keys));
        }

        bool taken = AppendFrame(keys, default, timesNs, values, 0, keys.Length, mayWait: false);
        position = _sequence;
        return taken;
    }

    /// <summary>The id of a text key, announced to the engine when it is new. Allocates then only.</summary>
    public unsafe uint KeyId(string name)
    {
        if (_keyIds.TryGetValue(name, out uint id))
        {
            return id;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        if (utf8.Length is 0 or > WireFormat.MaxNameBytes)
        {
            throw new ArgumentException(
                $"a key's name has 1 to {WireFormat.MaxNameBytes} bytes of UTF-8, not {utf8.Length}", nameof(name));
        }

        BlockLease block = Rent(4_096, mayWait: true);
        id = _nextKeyId;
        DictionaryFrameBuilder builder = new(block.Span, id);
        builder.TryAdd(utf8);
        builder.Finish(_sequence + 1);
        Enqueue(block, 4_096);
        _keyIds.Add(name, id);
        _nextKeyId++;
        return id;
    }

    /// <summary>Completes when the position is applied: a query made then sees its records.</summary>
    public Task WhenApplied(ulong position) => _output.AppliedWaiters.WhenReached(position);

    /// <summary>Completes when the position is on stable storage; fails when that will not happen.</summary>
    public Task WhenDurable(ulong position) => _output.DurableWaiters.WhenReached(position);

    /// <summary>Ends the session. What was appended goes on being made durable.</summary>
    public void Dispose() => _core.Sequencer.Post(new CloseSessionCommand(_session));

    private void CheckShape(int keyCount, int timeCount, int valueCount)
    {
        if (timeCount != keyCount || valueCount != keyCount * _fieldCount)
        {
            throw new ArgumentException(
                $"{keyCount} keys, {timeCount} times and {valueCount} values do not fit: stream "
                + $"\"{_session.StreamName}\" has {_fieldCount} fields, so give {keyCount} times and "
                + $"{keyCount * _fieldCount} values");
        }
    }

    private unsafe bool AppendFrame(
        ReadOnlySpan<ulong> keys,
        ReadOnlySpan<uint> keyIds,
        ReadOnlySpan<long> timesNs,
        ReadOnlySpan<double> values,
        int at,
        int columnLength,
        bool mayWait)
    {
        int count = timesNs.Length;
        if (count == 0)
        {
            return true;
        }

        int frameBytes = DataFrameWriter.MaxFrameBytes(count, _fieldCount, positionBytes: 0);
        // Ids that travel in two bytes are decoded to four.
        int idBytes = keyIds.IsEmpty ? 0 : WireFormat.Align(count * sizeof(uint));
        int blockBytes = frameBytes + idBytes + WireFormat.Align(count * sizeof(ushort));
        BlockLease block = Rent(blockBytes, mayWait);
        if (!block.IsHeld)
        {
            return false;
        }

        DataFrameWriter writer = new(block.Span[..frameBytes], count, _fieldCount + 2, EncodingMode.Raw);
        if (keyIds.IsEmpty)
        {
            writer.AddKeys(keys);
        }
        else
        {
            writer.AddKeyIds(keyIds);
        }

        writer.AddTimes(timesNs);
        for (int field = 0; field < _fieldCount; field++)
        {
            writer.AddField(field, values.Slice((field * columnLength) + at, count));
        }

        writer.Finish(SchemaId, _sequence + 1);
        Enqueue(block, blockBytes);
        return true;
    }

    // Hands the frame in the block over to the sequencer.
    private void Enqueue(BlockLease block, int claimedBytes)
    {
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        FrameError fault = FrameHeader.TryRead(block.Span, limits, out FrameHeader header);
        if (fault == FrameError.None && header.FrameBytes > _core.Options.Limits.MaxFrameBytes)
        {
            fault = FrameError.FrameTooLarge;
        }

        InboundFrame frame = _core.Frames.Get();
        frame.Take(_session, header, block, claimedBytes);
        if (fault == FrameError.None && header.Kind == FrameKind.Data)
        {
            long rowBytes = sizeof(ushort) * (long)header.RecordCount;
            long scratchBytes = block.CapacityBytes - WireFormat.Align(header.FrameBytes) - rowBytes;
            fault = FrameDecoding.Decode(frame, _session.KeyKind, checkPayload: false, scratchBytes & ~63L);
            if (fault == FrameError.None && !frame.Batch.HasKeyIds)
            {
                _core.Index.Split(frame, dictionary: null);
            }
        }

        if (fault != FrameError.None)
        {
            _core.Frames.Discard(frame);
            throw new InvalidOperationException($"The appender wrote a frame that cannot be read: {fault}.");
        }

        _sequence++;
        _counters.Add(EngineCounter.FramesReceived, 1);
        SpinWait spin = default;
        while (!_core.TryEnqueue(frame))
        {
            if (_output.Fault is not null)
            {
                _core.Frames.Discard(frame);
                ThrowIfEnded();
            }

            spin.SpinOnce();
        }
    }

    private void ThrowIfEnded()
    {
        if (_output.Fault is IngestionException fault)
        {
            throw new IngestionException(fault.Code, fault.Message);
        }
    }

    // Claims room for a frame; an empty lease when there is none and the caller may not wait.
    private BlockLease Rent(int bytes, bool mayWait)
    {
        ThrowIfEnded();
        _wantedBytes = bytes;
        while (true)
        {
            if (_output.TryClaim(bytes))
            {
                if (_core.Blocks.TryRent(bytes, BlockPurpose.Frame, out BlockLease block))
                {
                    return block;
                }

                _output.Released(bytes);
            }

            if (!mayWait)
            {
                return default;
            }

            // There may be room for this session and none in the pool that all sessions share: then only time helps.
            _output.Rest(_hasRoom);
            Thread.Yield();
            ThrowIfEnded();
        }
    }
}
