using System.Diagnostics;
using System.Globalization;

namespace FastStream.Overload.Processes;

/// <summary>
/// Processor time of the server, of the trial and of everything else on the machine (Linux, /proc), so that a reader
/// of a figure knows what it competed with.
/// </summary>
internal readonly record struct ProcessorUse(double ServerSeconds, double TrialSeconds, double MachineSeconds, long At)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>What was used until now.</summary>
    public static ProcessorUse Now(int serverId) => new(
        ProcessMemory.CpuSeconds(serverId),
        Environment.CpuUsage.TotalTime.TotalSeconds,
        BusySeconds(),
        Stopwatch.GetTimestamp());

    /// <summary>Shares of one core since an earlier look.</summary>
    public string Since(ProcessorUse before)
    {
        double seconds = Stopwatch.GetElapsedTime(before.At, At).TotalSeconds;
        double server = (ServerSeconds - before.ServerSeconds) / seconds;
        double trial = (TrialSeconds - before.TrialSeconds) / seconds;
        double others = Math.Max(0, ((MachineSeconds - before.MachineSeconds) / seconds) - server - trial);
        return string.Create(CultureInfo.InvariantCulture,
            $"CPU server {100 * server:0} %, trial {100 * trial:0} %, others {100 * others:0} %");
    }

    // The first line of /proc/stat: cpu user nice system idle iowait irq softirq steal ...
    private static double BusySeconds()
    {
        string[] words = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double ticks = 0;
        for (int i = 1; i <= 8; i++)
        {
            ticks += i is 4 or 5 ? 0 : double.Parse(words[i], CultureInfo.InvariantCulture);
        }

        return ticks / TicksPerSecond;
    }
}
