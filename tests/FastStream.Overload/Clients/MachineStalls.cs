using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastStream.Overload.Clients;

/// <summary>
/// Notes when the machine itself stood still: a virtual one is held up by its host now and then, for ten milliseconds
/// and more, and whoever waits for an ack meanwhile would put it down to the server.
/// </summary>
/// <remarks>
/// A thread a core sleeps for a moment, over and over, and notes where it overslept. It is a real-time thread: no other
/// thread of ordinary kind, the server's neither, can keep it from its core; so what it notes has other causes.
/// Where threads may not be real-time ones nothing is noted.
/// </remarks>
internal sealed partial class MachineStalls : IDisposable
{
    private const uint NapUs = 500;
    private const double OversleptUs = 1_000;
    private const int FirstInFirstOut = 1; // SCHED_FIFO
    private const int MostNoted = 10_000;

    private readonly List<Thread> _threads = [];
    private readonly List<(long From, long To)>[] _stalls;
    private volatile bool _isOver;
    private volatile bool _isRealTime = true; // false: written by any thread that may not

    private MachineStalls(int cores)
    {
        _stalls = new List<(long From, long To)>[cores];
        for (int core = 0; core < cores; core++)
        {
            int own = core;
            _stalls[own] = new List<(long From, long To)>(MostNoted);
            Thread thread = new(() => Watch(own)) { IsBackground = true, Name = $"machine {own}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Watches from now on.</summary>
    public static MachineStalls Begin() => new(OperatingSystem.IsLinux() ? Math.Min(64, Environment.ProcessorCount) : 0);

    /// <summary>Whether stalls are noted at all. After <see cref="Dispose"/>.</summary>
    public bool IsRealTime => _isRealTime && _threads.Count > 0;

    /// <summary>Stalls that were noted. After <see cref="Dispose"/>.</summary>
    public int Count => IsRealTime ? _stalls.Max(list => list.Count) : 0;

    /// <summary>Whether a core stood still at any time between two timestamps. After <see cref="Dispose"/>.</summary>
    public bool Meets(long from, long to)
    {
        foreach (List<(long From, long To)> list in _stalls)
        {
            foreach ((long began, long ended) in list)
            {
                if (began < to && from < ended)
                {
                    return IsRealTime;
                }
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        _threads.ForEach(thread => thread.Join());
    }

    private void Watch(int core)
    {
        ulong cores = 1UL << core;
        int priority = 1;
        if (SetAffinity(0, sizeof(ulong), cores) != 0 || SetScheduler(0, FirstInFirstOut, priority) != 0)
        {
            _isRealTime = false;
            return;
        }

        List<(long From, long To)> stalls = _stalls[core];
        long before = Stopwatch.GetTimestamp();
        while (!_isOver && stalls.Count < MostNoted)
        {
            _ = SleepMicroseconds(NapUs);
            long now = Stopwatch.GetTimestamp();
            if ((now - before) * 1e6 / Stopwatch.Frequency > NapUs + OversleptUs)
            {
                stalls.Add((before, now));
            }

            before = now;
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep", SetLastError = true)]
    private static partial int SleepMicroseconds(uint microseconds);

    // SAFETY: the kernel reads as many bytes as it is told, and a struct sched_param is one int.
    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint maskBytes, in ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, in int priority);
}
