using System.Diagnostics;
using System.Globalization;

namespace FastStream.Overload.Processes;

/// <summary>
/// Processor time of the server, of the trial and of everything else on the machine (Linux, /proc), so that a reader
/// of a figure knows what it competed with.
/// </summary>
internal readonly record struct ProcessorUse(double ServerSeconds, double TrialSeconds, double MachineSeconds, double StolenSeconds, long At)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>What was used until now.</summary>
    public static ProcessorUse Now(int serverId) => new(
        ProcessMemory.CpuSeconds(serverId),
        Environment.CpuUsage.TotalTime.TotalSeconds,
        ReadSeconds(0, 1, 2, 5, 6),
        ReadSeconds(7),
        Stopwatch.GetTimestamp());

    /// <summary>Share of one core that everything but server and trial has used since an earlier look.</summary>
    public double OthersSince(ProcessorUse before)
    {
        double seconds = Stopwatch.GetElapsedTime(before.At, At).TotalSeconds;
        double known = ServerSeconds - before.ServerSeconds + TrialSeconds - before.TrialSeconds;
        double others = MachineSeconds - before.MachineSeconds - known + StolenSeconds - before.StolenSeconds;
        return Math.Max(0, others / seconds);
    }

    /// <summary>Shares of one core since an earlier look.</summary>
    public string Since(ProcessorUse before)
    {
        double seconds = Stopwatch.GetElapsedTime(before.At, At).TotalSeconds;
        double server = (ServerSeconds - before.ServerSeconds) / seconds;
        double trial = (TrialSeconds - before.TrialSeconds) / seconds;
        double stolen = (StolenSeconds - before.StolenSeconds) / seconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"CPU server {100 * server:0} %, trial {100 * trial:0} %, others {100 * OthersSince(before):0} % (stolen {100 * stolen:0})");
    }

    // The first line of /proc/stat: cpu user nice system idle iowait irq softirq steal ...
    private static double ReadSeconds(params ReadOnlySpan<int> columns)
    {
        string[] words = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double ticks = 0;
        foreach (int column in columns)
        {
            ticks += double.Parse(words[column + 1], CultureInfo.InvariantCulture);
        }

        return ticks / TicksPerSecond;
    }
}
