using System.Threading.Channels;
using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>The reading end of the channel. What it has counted may be looked at when it has ended.</summary>
internal sealed class ChannelConsumer
{
    public ChannelConsumer(IWindowTable table, PreparedRecords records, int batchesUnderWay)
    {
        Windowed = new WindowedTable(table, records);
        Acked = new AckedBatches(records);
        BoundedChannelOptions options = new(batchesUnderWay) { SingleReader = true, SingleWriter = true };
        Full = Channel.CreateBounded<ChannelBatch>(options);
        Free = Channel.CreateBounded<ChannelBatch>(options);
        for (int i = 0; i < batchesUnderWay; i++)
        {
            Free.Writer.TryWrite(new ChannelBatch(records.BatchRecords));
        }
    }

    public Channel<ChannelBatch> Full { get; }

    public Channel<ChannelBatch> Free { get; }

    public WindowedTable Windowed { get; }

    public AckedBatches Acked { get; }

    public LatencyHistogram Latencies { get; } = new();

    public async Task RunAsync()
    {
        while (await Full.Reader.WaitToReadAsync())
        {
            while (Full.Reader.TryRead(out ChannelBatch? batch))
            {
                Windowed.Add(batch.Keys, batch.Times, batch.Values, batch.Pass);
                Latencies.AddSince(batch.FromTicks);
                Acked.Add(batch.Number);
                Free.Writer.TryWrite(batch);
            }
        }
    }
}
