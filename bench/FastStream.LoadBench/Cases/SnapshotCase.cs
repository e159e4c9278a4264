using System.Diagnostics;
using System.Globalization;
using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>
/// A million keys in an open window while records come at half the rate that the disk takes: acks with and without a
/// snapshot under way, what throughput it costs, and how long a start from it takes.
/// </summary>
internal sealed class SnapshotCase : ILoadCase
{
    private const int Pairs = 3;

    public string Name => "snapshot";

    public string What => "a snapshot of a million keys while records come";

    public bool FillsDisk => true;

    public CaseReport Run(CaseSettings settings)
    {
        using WorkFolder folder = new(settings.Folder);
        ServerSettings served = new()
        {
            Folder = folder.FullPath,
            View = Workload.View.Replace("1s", "1d", StringComparison.Ordinal),
        };
        Dictionary<string, double> figures = [];
        using (RoleProcess server = RoleProcess.Start(ServerRole.Name, served.ToJson()))
        {
            int port = int.Parse(server.ReadLine().Split(' ')[0], CultureInfo.InvariantCulture);
            Measure(settings, server, port, figures);
            server.Ask("snapshot"); // so that the start has a snapshot to load, and next to nothing to replay
            server.Kill();
        }

        long start = Stopwatch.GetTimestamp();
        using RoleProcess again = RoleProcess.Start(ServerRole.Name, served.ToJson());
        again.ReadLine();
        figures["readySeconds"] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new CaseReport { Case = Name, Figures = figures };
    }

    private static void Measure(CaseSettings settings, RoleProcess server, int port, Dictionary<string, double> figures)
    {
        Workload workload = new() { KeyCount = 1_000_000, StepNs = 1 };
        double slice = Math.Max(1, settings.Seconds / (2 * Pairs));
        List<double> p99Ratios = [];
        List<double> lost = [];
        List<double> snapshotSeconds = [];
        for (int pair = 0; pair < Pairs; pair++)
        {
            LoadResult plain = Load(port, workload, pair == 0 ? 3 : 0.5, slice);
            using CancellationTokenSource over = new();
            Task<List<double>> snapshots = Task.Run(() => TakeSnapshots(server, over.Token));
            LoadResult busy = Load(port, workload, warmSeconds: 0.5, slice);
            over.Cancel();
            snapshotSeconds.AddRange(snapshots.GetAwaiter().GetResult());
            p99Ratios.Add((double)busy.LatencyNs.GetValueAtPercentile(99) / plain.LatencyNs.GetValueAtPercentile(99));
            lost.Add(1 - (busy.RecordsPerSecond / plain.RecordsPerSecond));
        }

        p99Ratios.Sort();
        lost.Sort();
        figures["p99Ratio"] = p99Ratios[Pairs / 2];
        figures["throughputLost"] = lost[Pairs / 2];
        figures["snapshots"] = snapshotSeconds.Count;
        figures["snapshotSeconds"] = snapshotSeconds.Count > 0 ? snapshotSeconds.Average() : 0;
    }

    private static LoadResult Load(int port, Workload workload, double warmSeconds, double seconds)
    {
        using FrameLoad load = new(port, workload, AckLevel.Durable, inFlight: 16) { WarmSeconds = warmSeconds };
        return load.Run(seconds);
    }

    // One after the other, a second apart: far more often than a server takes them.
    private static List<double> TakeSnapshots(RoleProcess server, CancellationToken over)
    {
        List<double> seconds = [];
        while (!over.IsCancellationRequested)
        {
            string answer = server.Ask("snapshot");
            if (answer != "none")
            {
                seconds.Add(double.Parse(answer, CultureInfo.InvariantCulture));
            }

            over.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
        }

        return seconds;
    }
}
