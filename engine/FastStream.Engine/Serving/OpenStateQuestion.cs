using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Serving;

/// <summary>Asks all partitions which windows of each view are open, and how many keys those hold.</summary>
internal sealed class OpenStateQuestion(int partitionCount) : PartitionQuestion(partitionCount)
{
    private readonly Lock _adding = new();
    private readonly Dictionary<(uint StreamId, string View), HashSet<long>> _windows = [];
    private readonly Dictionary<uint, long> _keys = [];

    /// <summary>Open windows of a view, each counted once over all partitions.</summary>
    public int OpenWindowsOf(uint streamId, string view) =>
        _windows.TryGetValue((streamId, view), out HashSet<long>? starts) ? starts.Count : 0;

    /// <summary>Most keys that any view's open window of the stream holds.</summary>
    public long KeyCountOf(uint streamId) => _keys.GetValueOrDefault(streamId);

    /// <inheritdoc/>
    protected override void Answer(PartitionState partition)
    {
        lock (_adding)
        {
            for (int i = 0; i < partition.Streams.Count; i++)
            {
                uint id = partition.StreamIds[i];
                StreamPartition stream = partition.Streams[i];
                long mostKeys = 0;
                foreach (string view in stream.ViewNames)
                {
                    if (!_windows.TryGetValue((id, view), out HashSet<long>? starts))
                    {
                        starts = [];
                        _windows.Add((id, view), starts);
                    }

                    mostKeys = Math.Max(mostKeys, stream.CollectOpenWindows(view, starts));
                }

                // Partitions own their keys alone, so their counts add up.
                _keys[id] = _keys.GetValueOrDefault(id) + mostKeys;
            }
        }
    }
}
