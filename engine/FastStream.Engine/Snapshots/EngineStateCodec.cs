using System.Text;
using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Snapshots;

/// <summary>
/// Writes and reads the sequencer's part of a snapshot: streams, views, layouts, key names, producers, source time.
/// Chunks of stream number 0, concatenated in their order. Version 1, frozen.
/// </summary>
internal static class EngineStateCodec
{
    private const uint FormatVersion = 1;

    /// <summary>The state as it is now. Sequencer thread.</summary>
    public static ReadOnlyMemory<byte> Save(EngineState state)
    {
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes, Encoding.UTF8, leaveOpen: true))
        {
            Write(state, writer);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Fills an empty state.</summary>
    public static void Load(EngineState state, Stream bytes)
    {
        using BinaryReader reader = new(bytes, Encoding.UTF8, leaveOpen: true);
        uint version = reader.ReadUInt32();
        if (version != FormatVersion)
        {
            throw new InvalidDataException($"The snapshot has format {version}; this version reads {FormatVersion}.");
        }

        state.LastSnapshot = reader.ReadUInt64();
        state.LastArrivalNs = reader.ReadInt64();
        state.FrameCount = reader.ReadInt64();
        int streamCount = reader.ReadInt32();
        List<(StreamState Stream, long Watermark, long Highest)> times = [];
        for (int i = 0; i < streamCount; i++)
        {
            times.Add(ReadStream(state, reader));
        }

        int producerCount = reader.ReadInt32();
        for (int i = 0; i < producerCount; i++)
        {
            ReadProducer(state, reader);
        }

        foreach ((StreamState stream, long watermark, long highest) in times)
        {
            stream.Time.Restore(watermark, highest, stream.Producers);
        }
    }

    private static void Write(EngineState state, BinaryWriter writer)
    {
        writer.Write(FormatVersion);
        writer.Write(state.LastSnapshot);
        writer.Write(state.LastArrivalNs);
        writer.Write(state.FrameCount);
        writer.Write(state.Streams.Length);
        foreach (StreamState stream in state.Streams)
        {
            WriteStream(stream, writer);
        }

        writer.Write(state.Producers.Count);
        foreach (ProducerState producer in state.Producers)
        {
            WriteProducer(producer, writer);
        }
    }

    private static void WriteStream(StreamState stream, BinaryWriter writer)
    {
        writer.Write(stream.Definition.Name);
        writer.Write(stream.Definition.Text);
        writer.Write(stream.NextViewId);
        writer.Write(stream.Time.Watermark);
        writer.Write(stream.Time.Highest);
        writer.Write(stream.Views.Length);
        foreach (ViewEntry view in stream.Views)
        {
            writer.Write(view.Definition.Id);
            writer.Write(view.FirstWindowStart);
            writer.Write(view.Definition.Name);
            writer.Write(view.Definition.Text);
        }

        writer.Write(stream.Layouts.Length);
        foreach (RecordLayout layout in stream.Layouts)
        {
            writer.Write(layout.FieldOrdinals.Length);
            foreach (int ordinal in layout.FieldOrdinals)
            {
                writer.Write((ushort)ordinal);
            }
        }

        writer.Write(stream.Names.Count);
        for (int number = 0; number < stream.Names.Count; number++)
        {
            writer.Write(stream.Names.NameOf((ulong)number));
        }
    }

    private static (StreamState Stream, long Watermark, long Highest) ReadStream(EngineState state, BinaryReader reader)
    {
        string name = reader.ReadString();
        StreamDefinition definition = StreamDefinition.Parse(name, reader.ReadString());
        StreamState stream = state.AddStream((uint)state.Streams.Length + 1, definition);
        stream.NextViewId = reader.ReadInt32();
        long watermark = reader.ReadInt64();
        long highest = reader.ReadInt64();
        ViewEntry[] views = new ViewEntry[reader.ReadInt32()];
        for (int i = 0; i < views.Length; i++)
        {
            int id = reader.ReadInt32();
            long firstWindowStart = reader.ReadInt64();
            string viewName = reader.ReadString();
            ViewDefinition view = ViewDefinition.Parse(name, viewName, reader.ReadString()) with { Id = id };
            views[i] = new ViewEntry(view, firstWindowStart);
        }

        stream.Views = views;
        RecordLayout[] layouts = new RecordLayout[reader.ReadInt32()];
        for (int i = 0; i < layouts.Length; i++)
        {
            int[] ordinals = new int[reader.ReadInt32()];
            for (int f = 0; f < ordinals.Length; f++)
            {
                ordinals[f] = reader.ReadUInt16();
            }

            layouts[i] = new RecordLayout((uint)i + 1, ordinals);
        }

        stream.Layouts = layouts;
        int nameCount = reader.ReadInt32();
        for (int i = 0; i < nameCount; i++)
        {
            stream.Names.Add(reader.ReadString());
        }

        return (stream, watermark, highest);
    }

    private static void WriteProducer(ProducerState producer, BinaryWriter writer)
    {
        writer.Write(producer.Stream.Id);
        writer.Write(producer.Name);
        writer.Write(producer.Epoch);
        writer.Write(producer.LastSequence);
        writer.Write(producer.LastEndAddress);
        writer.Write(producer.LastArrivalNs);
        writer.Write(producer.Progress);
        writer.Write(producer.IsLive);
        writer.Write(producer.WasSetAside);
        writer.Write((byte)producer.Position.Length);
        writer.Write(producer.Position);
        writer.Write(producer.DictionaryCount);
        for (int id = 0; id < producer.DictionaryCount; id++)
        {
            writer.Write(producer.Dictionary[id]);
        }
    }

    private static void ReadProducer(EngineState state, BinaryReader reader)
    {
        StreamState stream = state.StreamOf(reader.ReadUInt32());
        ProducerState producer = state.AddProducer((uint)state.Producers.Count + 1, stream, reader.ReadString());
        ulong epoch = reader.ReadUInt64();
        ulong lastSequence = reader.ReadUInt64();
        producer.LastEndAddress = reader.ReadInt64();
        producer.LastArrivalNs = reader.ReadInt64();
        producer.Progress = reader.ReadInt64();
        producer.IsLive = reader.ReadBoolean();
        producer.WasSetAside = reader.ReadBoolean();
        producer.KeepPosition(reader.ReadBytes(reader.ReadByte()));
        ulong[] dictionary = new ulong[reader.ReadInt32()];
        for (int id = 0; id < dictionary.Length; id++)
        {
            dictionary[id] = reader.ReadUInt64();
        }

        producer.Restore(epoch, lastSequence, dictionary);
    }
}
