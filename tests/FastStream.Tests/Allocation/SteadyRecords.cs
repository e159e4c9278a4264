namespace FastStream.Tests.Allocation;

/// <summary>
/// One frame of records that is appended again and again, each time behind the last in event time. 1,500 keys: with
/// one partition or two a window leaves in pieces of 512 rows and less.
/// </summary>
/// <remarks>
/// Warming: ten million records over 90 seconds fill and close so much that every buffer on the way has been used.
/// Measuring: ten million over 20 seconds, so that the index of results, which is state and doubles as it grows, has
/// room for those of three measurements.
/// </remarks>
internal sealed class SteadyRecords
{
    public const int KeyCount = 1_500;
    public const int FrameRecords = 16_384;
    public const int WarmFrames = 10_000_000 / FrameRecords;
    public const int MeasuredFrames = (10_000_000 / FrameRecords) + 1;
    public const long WarmStepNs = 9_000;
    public const long MeasuredStepNs = 2_000;

    private const long WindowNs = 1_000_000_000;
    private const long StartNs = 1_600_000_000 * WindowNs;

    private long _nextNs = StartNs;

    public SteadyRecords()
    {
        Random random = new(7);
        for (int i = 0; i < FrameRecords; i++)
        {
            Keys[i] = (ulong)(i * 7L % KeyCount); // every key in every frame, and so in every window
            Values[i] = random.Next(-1_000, 1_000);
        }
    }

    public ulong[] Keys { get; } = new ulong[FrameRecords];

    public long[] Times { get; } = new long[FrameRecords];

    public double[] Values { get; } = new double[FrameRecords];

    /// <summary>Rows of all windows of a second that the records given out so far have closed.</summary>
    public long ClosedRows => (Times[^1] - StartNs) / WindowNs * KeyCount;

    /// <summary>Moves the frame's times on.</summary>
    public void MoveOn(long stepNs)
    {
        for (int i = 0; i < FrameRecords; i++)
        {
            Times[i] = _nextNs;
            _nextNs += stepNs;
        }
    }
}
