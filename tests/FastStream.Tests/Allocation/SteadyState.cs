namespace FastStream.Tests.Allocation;

/// <summary>What work allocates on the thread that does it, once everything is warm.</summary>
/// <remarks>
/// The runtime charges growth of its own to whichever thread meets it: its table of casts doubles a few times in the
/// life of a process (3,096 bytes the first time), and a collection may empty a shared pool. So work is measured up to
/// five times and the least counts; what allocates for itself does so each time.
/// </remarks>
internal static class SteadyState
{
    private const int Rounds = 5;

    /// <summary>The fewest bytes that a round has allocated; the first round only warms up.</summary>
    public static long AllocatedBytes(Action round)
    {
        round();
        long fewest = long.MaxValue;
        for (int turn = 0; turn < Rounds && fewest > 0; turn++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
