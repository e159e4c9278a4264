using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions;

/// <summary>
/// The tests every record meets first: event time not ahead of the future bound, time in range, key known. Usually
/// the frame's smallest and largest time answer for all.
/// </summary>
internal static unsafe class TimeTest
{
    /// <summary>
    /// Returns the rows that pass (the given ones, or part of <paramref name="room"/>), and bounds of their times.
    /// </summary>
    public static ReadOnlySpan<ushort> Run(
        in FrameContext frame, in FrameColumns columns, bool isText, ReadOnlySpan<ushort> rows, ushort* room,
        RefusalRecorder refusals, out long min, out long max)
    {
        (min, max) = (columns.MinTime, columns.MaxTime);
        bool timesPass = min >= EventTimeRange.MinNs && max <= Math.Min(EventTimeRange.MaxNs, frame.FutureLimitNs);
        bool keysPass = !isText || !new ReadOnlySpan<ulong>(columns.Keys, columns.Count).Contains(SlotHash.NoKey);
        return timesPass && keysPass
            ? rows
            : RunEach(frame, columns, isText, rows, room, refusals, out min, out max);
    }

    private static ReadOnlySpan<ushort> RunEach(
        in FrameContext frame, in FrameColumns columns, bool isText, ReadOnlySpan<ushort> rows, ushort* room,
        RefusalRecorder refusals, out long min, out long max)
    {
        int passed = 0;
        min = long.MaxValue;
        max = long.MinValue;
        foreach (ushort row in rows)
        {
            long time = columns.Times[row];
            if (time > frame.FutureLimitNs)
            {
                refusals.RefuseFuture(row);
            }
            else if (!EventTimeRange.Contains(time))
            {
                refusals.RefuseTimeRange(row);
            }
            else if (isText && columns.Keys[row] == SlotHash.NoKey)
            {
                refusals.RefuseKey(row);
            }
            else
            {
                room[passed++] = row;
                min = Math.Min(min, time);
                max = Math.Max(max, time);
            }
        }

        return new ReadOnlySpan<ushort>(room, passed);
    }
}
