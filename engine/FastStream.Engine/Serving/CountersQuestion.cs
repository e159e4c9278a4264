using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Serving;

/// <summary>Asks all partitions for their counters, as of one place of the stream, and adds them up.</summary>
internal sealed class CountersQuestion(int partitionCount) : PartitionQuestion(partitionCount)
{
    private readonly Lock _adding = new();

    /// <summary>Counters by stream number.</summary>
    public Dictionary<uint, StreamCounters> Streams { get; } = [];

    /// <summary>Counters by stream number and view name.</summary>
    public Dictionary<(uint StreamId, string View), ViewCounters> Views { get; } = [];

    /// <inheritdoc/>
    protected override void Answer(PartitionState partition)
    {
        lock (_adding)
        {
            for (int i = 0; i < partition.Streams.Count; i++)
            {
                uint id = partition.StreamIds[i];
                StreamPartition stream = partition.Streams[i];
                if (!Streams.TryGetValue(id, out StreamCounters? counters))
                {
                    counters = new StreamCounters();
                    Streams.Add(id, counters);
                }

                counters.Merge(stream.Counters);
                AddViews(id, stream);
            }
        }
    }

    private void AddViews(uint id, StreamPartition stream)
    {
        foreach (string view in stream.ViewNames)
        {
            if (!Views.TryGetValue((id, view), out ViewCounters? counters))
            {
                counters = new ViewCounters();
                Views.Add((id, view), counters);
            }

            counters.Merge(stream.CountersOf(view)!);
        }
    }
}
