using System.Buffers.Binary;
using System.Text;
using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Results;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Applies journal entries, one after the other, to the engine's state and hands them to the partitions. The same
/// code serves live work and replay: this is what makes the state a function of the journal's bytes.
/// </summary>
/// <remarks>Owner: the sequencer thread, or the replay before it starts.</remarks>
internal sealed class EntryApplier(
    EngineState state, SlotPublisher publisher, SourceProgress progress, ResultsCatalog catalog)
{
    // About 2 us of a partition's time: to wake it costs more.
    private const int LittleWorkRecords = 512;

    /// <summary>Many frames follow at once: see <see cref="SlotPublisher.BeginRun"/>.</summary>
    public void BeginRun() => publisher.BeginRun();

    /// <summary>No more follow for now.</summary>
    public void EndRun() => publisher.EndRun();

    /// <summary>Who applies entries is about to wait: partitions go on with what there is.</summary>
    public void PauseRun() => publisher.SignalPartitions();

    /// <summary>Applies an entry that carries no frame.</summary>
    public void ApplyControl(long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        state.LastArrivalNs = Math.Max(state.LastArrivalNs, header.ArrivalNs);
        switch (header.Kind)
        {
            case EntryKind.Tombstone:
                ApplyTombstone(address, endAddress, header, payload);
                break;
            case EntryKind.StreamDefined:
                ApplyStream(address, endAddress, header, payload);
                break;
            case EntryKind.ProducerOpened:
                ApplyProducer(header, payload);
                break;
            case EntryKind.LayoutDefined:
                StreamState owner = state.StreamOf(header.StreamId);
                owner.Layouts = [.. owner.Layouts, new RecordLayout(header.SchemaId, ControlEntry.ReadLayout(payload))];
                break;
            case EntryKind.SourcesSetAside:
                ApplySetAside(address, endAddress, header, payload);
                break;
            case EntryKind.Advance:
                StreamState stream = state.StreamOf(header.StreamId);
                stream.Time.AdvanceTo(ControlEntry.ReadNumber(payload));
                PublishTime(address, endAddress, stream);
                break;
            case EntryKind.ViewAdded:
                ApplyView(address, endAddress, header, payload);
                break;
            case EntryKind.ViewDropped:
                ApplyDrop(address, endAddress, header);
                break;
            case EntryKind.Snapshot:
                state.LastSnapshot = (ulong)ControlEntry.ReadNumber(payload);
                break;
            case EntryKind.Lost:
                state.HasLostEntries = true;
                break;
            case EntryKind.Padding or EntryKind.IncarnationStarted:
                break;
            default:
                throw new InvalidDataException($"The journal holds an entry of kind {header.Kind} at {address}.");
        }
    }

    /// <summary>Applies a sequenced frame, live (with its session) or replayed. Takes over the frame.</summary>
    public void ApplyFrame(long address, long endAddress, in EntryHeader header, InboundFrame frame, Session? session)
    {
        ProducerState producer = state.ProducerOf(header.ProducerId);
        StreamState stream = producer.Stream;
        state.LastArrivalNs = Math.Max(state.LastArrivalNs, header.ArrivalNs);
        state.FrameCount++;
        NoteLost(producer, header);
        producer.Accept(header.FrameSequence, frame.Header.PayloadCrc32C);
        producer.LastEndAddress = endAddress;
        producer.LastArrivalNs = header.ArrivalNs;

        bool isLittleWork = frame.Batch.Count <= LittleWorkRecords || frame.Header.Kind != FrameKind.Data;
        FrameSlot slot = publisher.Claim();
        slot.Kind = SlotKind.Time;
        slot.Address = address;
        slot.EndAddress = endAddress;
        slot.Stream = stream;
        slot.Session = session;
        slot.FrameSequence = header.FrameSequence;
        slot.Frame = frame;
        switch (frame.Header.Kind)
        {
            case FrameKind.Data:
                FillData(slot, header, frame, producer);
                break;
            case FrameKind.Dictionary:
                Learn(producer, frame);
                break;
            case FrameKind.Time:
                ApplyTime(producer, frame);
                break;
            case FrameKind.End:
                stream.Time.End(producer);
                break;
            default:
                throw new InvalidDataException($"The journal holds a frame of kind {frame.Header.Kind} at {address}.");
        }

        slot.WatermarkAfter = stream.Time.Watermark;
        publisher.Publish(isLittleWork);
    }

    /// <summary>Applies a frame that was refused for good: it takes its sequence, its records are counted.</summary>
    public void ApplyTombstone(long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        ProducerState producer = state.ProducerOf(header.ProducerId);
        state.LastArrivalNs = Math.Max(state.LastArrivalNs, header.ArrivalNs);
        NoteLost(producer, header);
        producer.Accept(header.FrameSequence, BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]));
        producer.LastEndAddress = endAddress;
        producer.LastArrivalNs = header.ArrivalNs;
        FrameSlot slot = publisher.Claim();
        slot.Kind = SlotKind.Tombstone;
        slot.Address = address;
        slot.EndAddress = endAddress;
        slot.Stream = producer.Stream;
        slot.TombstoneRecords = BinaryPrimitives.ReadInt32LittleEndian(payload);
        slot.WatermarkAfter = producer.Stream.Time.Watermark;
        publisher.Publish();
    }

    /// <summary>Hands a task to all partitions at this place of the stream.</summary>
    public void PublishTask(SlotKind kind, long address, long endAddress, IPartitionTask task)
    {
        FrameSlot slot = publisher.Claim();
        slot.Kind = kind;
        slot.Address = address;
        slot.EndAddress = endAddress;
        slot.Task = task;
        publisher.Publish();
    }

    /// <summary>
    /// A frame that was taken before: nothing to apply, but its ack is due again, after the original's.
    /// </summary>
    public void PublishDuplicate(ProducerState producer, ulong sequence, int recordCount, Session session)
    {
        FrameSlot slot = publisher.Claim();
        slot.Kind = SlotKind.Time;
        slot.Address = producer.LastEndAddress;
        slot.EndAddress = producer.LastEndAddress;
        slot.Session = session;
        slot.FrameSequence = sequence;
        slot.IsDuplicate = true;
        slot.DuplicateRecords = recordCount;
        publisher.Publish();
    }

    /// <summary>
    /// Tells partitions that the journal has been applied up to here, whatever its last entries were.
    /// </summary>
    public void PublishMark(long address)
    {
        FrameSlot slot = publisher.Claim();
        slot.Kind = SlotKind.Time;
        slot.Address = address;
        slot.EndAddress = address;
        publisher.Publish();
    }

    /// <summary>Tells partitions and delivery that nothing follows.</summary>
    public void PublishStop()
    {
        publisher.Claim().Kind = SlotKind.Stop;
        publisher.Publish();
    }

    /// <summary>Makes a stream's views known to the results, before the first window of theirs can close.</summary>
    public void RegisterViews(StreamState stream)
    {
        Func<ulong, string>? nameOf = stream.Definition.KeyKind == KeyKind.Text ? stream.Names.NameOf : null;
        foreach (ViewEntry view in stream.Views)
        {
            catalog.Set(new ResultsView(stream.Id, stream.Definition, view.Definition, nameOf));
        }
    }

    // Behind entries that stand for lost ones, what a producer's sequence jumps over was among them.
    private void NoteLost(ProducerState producer, in EntryHeader header)
    {
        if (state.HasLostEntries && header.FrameSequence > producer.LastSequence + 1)
        {
            producer.Lost.Add(producer.LastSequence + 1, header.FrameSequence - 1);
        }
    }

    private void FillData(FrameSlot slot, in EntryHeader header, InboundFrame frame, ProducerState producer)
    {
        StreamState stream = producer.Stream;
        if (frame.Batch.PositionBytes > 0)
        {
            producer.KeepPosition(frame.Batch.Position);
        }

        slot.Kind = SlotKind.Data;
        slot.Layout = stream.Layouts[header.SchemaId - 1];
        slot.Dictionary = stream.Definition.KeyKind == KeyKind.Text ? producer.Dictionary : null;
        slot.Context = progress.Judge(slot.Address, header.ArrivalNs, producer, frame, out long newProgress);
        stream.Time.Progress(producer, newProgress);
    }

    private static void ApplyTime(ProducerState producer, InboundFrame frame)
    {
        FrameError fault = ProgressReader.TryRead(frame.Payload, out ProgressReader time);
        RequireSound(fault);
        if (!time.Position.IsEmpty)
        {
            producer.KeepPosition(time.Position);
        }

        producer.Stream.Time.Progress(producer, time.EventTimeNs);
    }

    private static void Learn(ProducerState producer, InboundFrame frame)
    {
        FrameError fault = DictionaryReader.TryRead(frame.Payload, out DictionaryReader dictionary);
        RequireSound(fault);
        while (dictionary.MoveNext())
        {
            producer.AddToDictionary(producer.Stream.Names.Intern(dictionary.Name));
        }
    }

    // What was journaled was checked before: this can only be a bug, never bad input.
    private static void RequireSound(FrameError fault)
    {
        if (fault != FrameError.None)
        {
            throw new InvalidDataException($"The journal holds a frame that cannot be read: {fault}.");
        }
    }

    private void ApplyStream(long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        StreamDefinition definition = ControlEntry.ReadStream(payload);
        StreamState stream = header.StreamId > state.Streams.Length
            ? state.AddStream(header.StreamId, definition)
            : state.StreamOf(header.StreamId);
        stream.Definition = definition;
        RegisterViews(stream);
        PublishTask(SlotKind.Definition, address, endAddress, new StreamTask(stream.Id, definition));
    }

    private void ApplyProducer(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        ProducerState producer = header.ProducerId > state.Producers.Count
            ? state.AddProducer(header.ProducerId, state.StreamOf(header.StreamId), Encoding.UTF8.GetString(payload))
            : state.ProducerOf(header.ProducerId);
        producer.OpenEpoch(header.Epoch);
    }

    private void ApplySetAside(long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        StreamState stream = state.StreamOf(header.StreamId);
        for (int at = 0; at < payload.Length; at += 4)
        {
            stream.Time.SetAside(state.ProducerOf(BinaryPrimitives.ReadUInt32LittleEndian(payload[at..])));
        }

        PublishTime(address, endAddress, stream);
    }

    private void ApplyView(long address, long endAddress, in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        StreamState stream = state.StreamOf(header.StreamId);
        ViewEntry view = ControlEntry.ReadView(stream.Definition.Name, (int)header.Detail, payload);
        stream.Views = [.. stream.Views, view];
        RegisterViews(stream);
        stream.NextViewId = Math.Max(stream.NextViewId, view.Definition.Id + 1);
        PublishTask(SlotKind.Definition, address, endAddress, new AddViewTask(stream.Id, view, address));
    }

    private void ApplyDrop(long address, long endAddress, in EntryHeader header)
    {
        StreamState stream = state.StreamOf(header.StreamId);
        int id = (int)header.Detail;
        ViewEntry? view = Array.Find(stream.Views, v => v.Definition.Id == id)
            ?? throw new InvalidDataException(
                $"The journal drops view {id} of {stream.Definition.Name}, which is not there.");
        stream.Views = [.. stream.Views.Where(v => v != view)];
        PublishTask(SlotKind.Definition, address, endAddress, new DropViewTask(stream.Id, view.Definition.Name));
    }

    private void PublishTime(long address, long endAddress, StreamState stream)
    {
        FrameSlot slot = publisher.Claim();
        slot.Kind = SlotKind.Time;
        slot.Address = address;
        slot.EndAddress = endAddress;
        slot.Stream = stream;
        slot.WatermarkAfter = stream.Time.Watermark;
        publisher.Publish();
    }
}
