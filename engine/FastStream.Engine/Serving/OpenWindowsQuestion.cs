using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Serving;

/// <summary>Asks all partitions for the rows of a view's open windows, as of one place of the stream.</summary>
internal sealed class OpenWindowsQuestion(
    int partitionCount, uint streamId, string view, ulong? key, long fromNs, long toNs)
    : PartitionQuestion(partitionCount)
{
    private readonly List<ResultSlice>[] _slices = CreateLists(partitionCount);

    /// <summary>The rows, by partition; complete once the question is.</summary>
    public IEnumerable<ResultSlice> Slices => _slices.SelectMany(s => s);

    /// <inheritdoc/>
    protected override void Answer(PartitionState partition)
    {
        if (!partition.Has(streamId))
        {
            return;
        }

        List<ResultSlice> slices = _slices[partition.Index];
        partition[streamId].CollectOpen(view, key, fromNs, toNs, new ResultSlice(), slice =>
        {
            ResultSlice copy = new();
            copy.CopyFrom(slice);
            slices.Add(copy);
        });
    }

    private static List<ResultSlice>[] CreateLists(int count)
    {
        List<ResultSlice>[] lists = new List<ResultSlice>[count];
        for (int i = 0; i < count; i++)
        {
            lists[i] = [];
        }

        return lists;
    }
}
