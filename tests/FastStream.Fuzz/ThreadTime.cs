using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastStream.Fuzz;

/// <summary>Processor time of this thread: what a busy machine does in between does not count. Wall time outside Linux.</summary>
internal static unsafe partial class ThreadTime
{
    private const int ThreadClock = 3;

    public static long NowNs()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);
        }

        long* time = stackalloc long[2];
        return ReadClock(ThreadClock, time) == 0 ? (time[0] * 1_000_000_000) + time[1] : 0;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, long* time);
}
