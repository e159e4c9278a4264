using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>The saved form of a partition's counters.</summary>
internal static class SavedCounters
{
    /// <summary>Writes the counters of the stream and of each view.</summary>
    public static void Write(StreamCounters stream, IReadOnlyList<RunningView> views, ByteSink sink)
    {
        sink.Append(stream.Journaled);
        sink.Append(stream.Prepared);
        sink.Append(stream.Future);
        sink.Append(stream.TimeRange);
        sink.Append(stream.KeyLimit);
        sink.Append(stream.Tombstone);
        sink.Append(stream.RuleCount);
        for (int rule = 0; rule < stream.RuleCount; rule++)
        {
            sink.Append(stream.RefusedBy(rule));
            sink.Append(stream.SamplesOf(rule).Count);
            foreach (RefusalSample sample in stream.SamplesOf(rule).Items)
            {
                sink.Append(sample.Address);
                sink.Append(sample.RecordIndex);
                sink.Append(sample.Key);
                sink.Append(sample.Time);
                sink.Append(sample.Value);
            }
        }

        sink.Append(views.Count);
        foreach (RunningView view in views)
        {
            WriteView(view, sink);
        }
    }

    /// <summary>Reads the stream's part.</summary>
    public static StreamCounters ReadStream(ref ByteSource source)
    {
        StreamCounters stream = new()
        {
            Journaled = source.Read<long>(),
            Prepared = source.Read<long>(),
            Future = source.Read<long>(),
            TimeRange = source.Read<long>(),
            KeyLimit = source.Read<long>(),
            Tombstone = source.Read<long>(),
        };
        int rules = ReadCount(ref source, DefinitionLimits.MaxRuleCount + 1); // and the default infinity policy
        for (int rule = 0; rule < rules; rule++)
        {
            stream.CountRefused(rule, source.Read<long>());
            int samples = ReadCount(ref source, RefusalSamples.Capacity);
            for (int i = 0; i < samples; i++)
            {
                stream.SamplesOf(rule).Add(new RefusalSample(
                    source.Read<long>(), source.Read<uint>(), source.Read<ulong>(), source.Read<long>(),
                    source.Read<double>()));
            }
        }

        return stream;
    }

    /// <summary>Reads one view's part.</summary>
    public static ViewCounters ReadView(ref ByteSource source, out uint id, out long fromTime)
    {
        id = source.Read<uint>();
        fromTime = source.Read<long>();
        return new ViewCounters
        {
            Prepared = source.Read<long>(),
            Applied = source.Read<long>(),
            Filtered = source.Read<long>(),
            Late = source.Read<long>(),
            LateAfterIdle = source.Read<long>(),
            LateOnJoin = source.Read<long>(),
            OverLimit = source.Read<long>(),
            WindowContributions = source.Read<long>(),
        };
    }

    private static int ReadCount(ref ByteSource source, int most)
    {
        int count = source.Read<int>();
        return count >= 0 && count <= most
            ? count
            : throw new InvalidDataException($"Saved counters promise {count} things; there are {most} at most.");
    }

    private static void WriteView(RunningView view, ByteSink sink)
    {
        ViewCounters counters = view.Counters;
        sink.Append(view.Id);
        sink.Append(view.FromTime);
        sink.Append(counters.Prepared);
        sink.Append(counters.Applied);
        sink.Append(counters.Filtered);
        sink.Append(counters.Late);
        sink.Append(counters.LateAfterIdle);
        sink.Append(counters.LateOnJoin);
        sink.Append(counters.OverLimit);
        sink.Append(counters.WindowContributions);
    }
}
