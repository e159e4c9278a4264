using System.Diagnostics;
using System.Globalization;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>
/// A power cut: the server is frozen, its file system is shut down with everything that is not on the device yet, the
/// server is killed, the file system mounted again.
/// </summary>
/// <remarks>
/// Frozen first, because a flush that is under way while a file system is shut down may return success for nothing: a
/// server that still ran would ack it, and no real power cut does that. What it acked before counts. But freezing also
/// waits for the flush that is under way, which leaves next to nothing to lose; so the control, whose producers ask for
/// <c>written</c> and to whom no flush matters, is cut while the server runs: writes fail from then on and are not acked.
/// </remarks>
internal sealed class PowerCrash(LoopDisk disk, string fileSystem, bool freezesFirst) : ICrash
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    public string Name => $"power cut on {fileSystem}";

    public string DataFolder { get; } = Path.Combine(disk.MountPoint, "data");

    public AckLevel LevelOf(int producer) => AckLevel.Durable;

    public async Task CrashAsync(ServerProcess server)
    {
        if (freezesFirst && !server.HasExited)
        {
            Freeze(server.Id);
        }

        disk.CutPower();
        await server.KillAsync();
        disk.Unmount();
        disk.Mount();
    }

    public void Dispose() => disk.Dispose();

    /// <summary>Stops a process; returns once no thread of it can run any more.</summary>
    internal static void Freeze(int process)
    {
        _ = LinuxCalls.Kill(process, LinuxCalls.StopSignal);
        string tasks = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task");
        Stopwatch watch = Stopwatch.StartNew();
        while (Directory.Exists(tasks) && Directory.EnumerateDirectories(tasks).Any(CanRun))
        {
            if (watch.Elapsed > s_deadline)
            {
                throw new TimeoutException($"process {process} does not stop");
            }

            Thread.Yield();
        }
    }

    /// <summary>
    /// Stopped, dead, or inside a system call that it leaves only to be stopped: none of these sends an ack.
    /// </summary>
    private static bool CanRun(string task)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(task, "stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('T' or 't' or 'D' or 'Z' or 'X');
        }
        catch (IOException)
        {
            return false; // it has ended meanwhile
        }
    }
}
