using System.Text;
using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;
using FastStream.Protocol;

namespace FastStream.Engine.Snapshots;

/// <summary>
/// Writes and reads the sequencer's part of a snapshot: streams, views, layouts, key names, producers, source time.
/// Chunks of stream number 0, concatenated in their order. Version 1, frozen.
/// </summary>
internal static class EngineStateCodec
{
    private const uint FormatVersion = 1;

    /// <summary>The same, with the lost sequences of each producer. Written only where there are any.</summary>
    private const uint VersionWithLost = 2;

    // The fewest bytes that one of each takes: no count may promise more than the bytes can hold, so that no count
    // makes memory be taken which the bytes do not justify.
    private const int LeastStreamBytes = 34;
    private const int LeastViewBytes = 14;
    private const int LeastProducerBytes = 52;

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
    /// <exception cref="InvalidDataException">The bytes, whose checksums were right, are no such state.</exception>
    public static void Load(EngineState state, Stream bytes)
    {
        try
        {
            Read(state, bytes);
        }
        catch (Exception fault) when (fault is IOException or FormatException)
        {
            // The bytes end too early, a text has no sound length, or a definition cannot be read.
            throw new InvalidDataException(
                $"The snapshot's streams and producers cannot be read: {fault.Message}", fault);
        }
    }

    private static void Read(EngineState state, Stream bytes)
    {
        using BinaryReader reader = new(bytes, Encoding.UTF8, leaveOpen: true);
        uint version = reader.ReadUInt32();
        if (version is not (FormatVersion or VersionWithLost))
        {
            throw new InvalidDataException($"The snapshot has format {version}; this version reads {FormatVersion}.");
        }

        state.LastSnapshot = reader.ReadUInt64();
        state.LastArrivalNs = reader.ReadInt64();
        state.FrameCount = reader.ReadInt64();
        int streamCount = ReadCount(reader, LeastStreamBytes);
        List<(StreamState Stream, long Watermark, long Highest)> times = [];
        for (int i = 0; i < streamCount; i++)
        {
            times.Add(ReadStream(state, reader));
        }

        int producerCount = ReadCount(reader, LeastProducerBytes);
        for (int i = 0; i < producerCount; i++)
        {
            ReadProducer(state, reader, version);
        }

        foreach ((StreamState stream, long watermark, long highest) in times)
        {
            stream.Time.Restore(watermark, highest, stream.Producers);
        }

        Require(bytes.Position == bytes.Length, "there are bytes behind its end");
    }

    private static void Write(EngineState state, BinaryWriter writer)
    {
        uint version = state.Producers.Exists(producer => producer.Lost.Ranges.Count > 0)
            ? VersionWithLost
            : FormatVersion;
        writer.Write(version);
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
            WriteProducer(producer, writer, version);
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
        Require(state.FindStream(name) is null, $"stream \"{name}\" stands twice");
        StreamDefinition definition = StreamDefinition.Parse(name, reader.ReadString());
        StreamState stream = state.AddStream((uint)state.Streams.Length + 1, definition);
        stream.NextViewId = reader.ReadInt32();
        long watermark = reader.ReadInt64();
        long highest = reader.ReadInt64();
        stream.Views = ReadViews(stream, reader);
        stream.Layouts = ReadLayouts(stream, reader);
        int nameCount = ReadCount(reader, sizeof(byte));
        for (int i = 0; i < nameCount; i++)
        {
            string key = reader.ReadString();
            Require(!stream.Names.TryGetNumber(key, out _), $"key \"{key}\" of stream \"{name}\" stands twice");
            stream.Names.Add(key);
        }

        return (stream, watermark, highest);
    }

    private static ViewEntry[] ReadViews(StreamState stream, BinaryReader reader)
    {
        string name = stream.Definition.Name;
        ViewEntry[] views = new ViewEntry[ReadCount(reader, LeastViewBytes)];
        HashSet<string> names = new(StringComparer.Ordinal);
        int lastId = 0;
        for (int i = 0; i < views.Length; i++)
        {
            int id = reader.ReadInt32();
            long firstWindowStart = reader.ReadInt64();
            string viewName = reader.ReadString();
            ViewDefinition view = ViewDefinition.Parse(name, viewName, reader.ReadString()) with { Id = id };
            view.Validate(stream.Definition);
            Require(
                id > lastId && id < stream.NextViewId && names.Add(viewName),
                $"view \"{viewName}\" of stream \"{name}\" has number {id} after {lastId}, or stands twice");
            views[i] = new ViewEntry(view, firstWindowStart);
            lastId = id;
        }

        return views;
    }

    private static RecordLayout[] ReadLayouts(StreamState stream, BinaryReader reader)
    {
        RecordLayout[] layouts = new RecordLayout[ReadCount(reader, sizeof(int))];
        for (int i = 0; i < layouts.Length; i++)
        {
            int[] ordinals = new int[ReadCount(reader, sizeof(ushort))];
            for (int f = 0; f < ordinals.Length; f++)
            {
                ordinals[f] = reader.ReadUInt16();
                Require(
                    ordinals[f] < stream.Definition.Fields.Length,
                    $"stream \"{stream.Definition.Name}\" has no field {ordinals[f]}, which layout {i + 1} names");
            }

            layouts[i] = new RecordLayout((uint)i + 1, ordinals);
        }

        return layouts;
    }

    private static void WriteProducer(ProducerState producer, BinaryWriter writer, uint version)
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

        if (version == VersionWithLost)
        {
            writer.Write(producer.Lost.Ranges.Count);
            foreach ((ulong from, ulong until) in producer.Lost.Ranges)
            {
                writer.Write(from);
                writer.Write(until);
            }
        }
    }

    private static void ReadProducer(EngineState state, BinaryReader reader, uint version)
    {
        StreamState stream = state.StreamOf(reader.ReadUInt32());
        string name = reader.ReadString();
        Require(
            StreamName.TryValidate(name) && stream.FindProducer(name) is null,
            $"producer \"{name}\" of stream \"{stream.Definition.Name}\" has no name, or stands twice");
        ProducerState producer = state.AddProducer((uint)state.Producers.Count + 1, stream, name);
        ulong epoch = reader.ReadUInt64();
        ulong lastSequence = reader.ReadUInt64();
        producer.LastEndAddress = reader.ReadInt64();
        producer.LastArrivalNs = reader.ReadInt64();
        producer.Progress = reader.ReadInt64();
        producer.IsLive = reader.ReadBoolean();
        producer.WasSetAside = reader.ReadBoolean();
        byte[] position = reader.ReadBytes(reader.ReadByte());
        Require(position.Length <= WireFormat.MaxPositionBytes, $"producer \"{name}\" has too long a position");
        producer.KeepPosition(position);
        ulong[] dictionary = new ulong[ReadCount(reader, sizeof(ulong))];
        for (int id = 0; id < dictionary.Length; id++)
        {
            dictionary[id] = reader.ReadUInt64();
            Require(
                dictionary[id] < (ulong)stream.Names.Count || dictionary[id] == KeyNames.Refused,
                $"producer \"{name}\" has id {id} for key {dictionary[id]}, which its stream does not have");
        }

        producer.Restore(epoch, lastSequence, dictionary);
        for (int left = version == VersionWithLost ? reader.ReadInt32() : 0; left > 0; left--)
        {
            ulong from = reader.ReadUInt64();
            producer.Lost.Add(from, reader.ReadUInt64());
        }
    }

    // How many of something come, each of so many bytes at least.
    private static int ReadCount(BinaryReader reader, int leastBytes)
    {
        int count = reader.ReadInt32();
        long leftBytes = reader.BaseStream.Length - reader.BaseStream.Position;
        bool isPossible = count >= 0 && (long)count * leastBytes <= leftBytes;
        Require(isPossible, $"it promises {count} things in {leftBytes} bytes");
        return count;
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidDataException($"The snapshot's streams and producers are not sound: {fault}.");
        }
    }
}
