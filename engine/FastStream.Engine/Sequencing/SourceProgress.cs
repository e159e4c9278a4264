using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Finds, for one data frame, what its source's progress was before each record, at no cost when no record can be
/// late: then one look at the frame's smallest and largest time is enough.
/// </summary>
/// <remarks>Owner: the sequencer thread, or the replay before it starts. Allocates nothing.</remarks>
internal sealed unsafe class SourceProgress(BlockPool pool)
{
    /// <summary>Judges the frame and says how far its source has come after it.</summary>
    public FrameContext Judge(
        long address, long arrivalNs, ProducerState producer, InboundFrame frame, out long newProgress)
    {
        StreamState stream = producer.Stream;
        long futureLimit = SaturatingAdd(arrivalNs, stream.Definition.FutureBoundNs);
        long before = producer.Progress;
        long* prefix = null;
        bool allCount = frame.Batch.MaxTime <= Math.Min(futureLimit, EventTimeRange.MaxNs)
            && frame.Batch.MinTime >= EventTimeRange.MinNs;
        newProgress = Math.Max(before, frame.Batch.MaxTime);
        if (!allCount || MayBeLate(stream, frame, before, newProgress))
        {
            prefix = Run(frame, before, futureLimit, out newProgress);
        }

        return new FrameContext
        {
            Address = address,
            ArrivalNs = arrivalNs,
            FutureLimitNs = futureLimit,
            ProgressBefore = before,
            PrefixProgress = prefix,
            WatermarkBefore = stream.Time.Watermark,
            SourceWasSetAside = producer.WasSetAside,
        };
    }

    /// <summary>
    /// False only if no record of the frame can be late for any view. A record is late when its window's end plus
    /// lateness is at or below the progress before it, and that is never above <paramref name="after"/>. In a frame
    /// whose times ascend from the progress before it, no window ends below its own record.
    /// </summary>
    private static bool MayBeLate(StreamState stream, InboundFrame frame, long before, long after)
    {
        long smallest = frame.Batch.MinTime;
        if (frame.Batch.TimesAscending && smallest >= before)
        {
            return false;
        }

        foreach (ViewEntry view in stream.Views)
        {
            if (view.Definition.Window.EndOf(smallest) + view.Definition.LatenessNs <= after)
            {
                return true;
            }
        }

        return false;
    }

    private long* Run(InboundFrame frame, long before, long futureLimit, out long after)
    {
        int count = frame.Batch.Count;
        BlockLease lease = pool.Rent(Math.Max(8 * count, 8), BlockPurpose.Frame);
        frame.TakePrefixProgress(lease);
        long* prefix = (long*)lease.Pointer;
        long* times = frame.Batch.Times;
        long limit = Math.Min(futureLimit, EventTimeRange.MaxNs);
        long running = before;
        for (int i = 0; i < count; i++)
        {
            prefix[i] = running;
            long time = times[i];
            if (time > running && time <= limit && time >= EventTimeRange.MinNs)
            {
                running = time;
            }
        }

        after = running;
        return prefix;
    }

    private static long SaturatingAdd(long value, long addend) =>
        value > long.MaxValue - addend ? long.MaxValue : value + addend;
}
