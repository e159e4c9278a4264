using System.Diagnostics;
using System.Globalization;
using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>
/// A million keys in an open window while records come as fast as they are acked: acks with and without a snapshot
/// under way, what throughput it costs, and how long a start from it takes.
/// </summary>
internal sealed class SnapshotCase : ILoadCase
{
    private const int Pairs = 3;
    private const int KeyCount = 1_000_000;
    private const int FrameRecords = 10_000;

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
        // Four draws a key: 98 of a hundred keys come, and the same ones in each load.
        Workload workload = new() { KeyCount = KeyCount, StepNs = 1, FrameCount = 4 * KeyCount / FrameRecords };
        double slice = Math.Max(1, settings.Seconds / (2 * Pairs));
        List<LoadResult> plain = [];
        List<LoadResult> busy = [];
        List<double> snapshotSeconds = [];
        Load(port, workload, slice); // the table grows, files are made, code is compiled
        for (int pair = 0; pair < Pairs; pair++)
        {
            // In turns: which of a pair comes first must not matter.
            bool isPlainFirst = pair % 2 == 0;
            for (int turn = 0; turn < 2; turn++)
            {
                if (turn == 0 == isPlainFirst)
                {
                    plain.Add(Load(port, workload, slice));
                    continue;
                }

                using CancellationTokenSource over = new();
                Task<List<double>> snapshots = Task.Run(() => TakeSnapshots(server, over.Token));
                busy.Add(Load(port, workload, slice));
                over.Cancel();
                snapshotSeconds.AddRange(snapshots.GetAwaiter().GetResult());
            }
        }

        figures["p99Ratio"] = Median(plain.Zip(busy, (p, b) => (double)P99(b) / P99(p)));
        figures["throughputLost"] = Median(plain.Zip(busy, (p, b) => 1 - (b.RecordsPerSecond / p.RecordsPerSecond)));
        figures["snapshots"] = snapshotSeconds.Count;
        figures["snapshotSeconds"] = snapshotSeconds.Count > 0 ? snapshotSeconds.Average() : 0;
        figures["recordsPerSecondWith"] = Median(busy.Select(one => one.RecordsPerSecond));
        figures["recordsPerSecondWithout"] = Median(plain.Select(one => one.RecordsPerSecond));
        figures["p99UsWith"] = Median(busy.Select(one => P99(one) / 1e3));
    }

    private static LoadResult Load(int port, Workload workload, double seconds)
    {
        using FrameLoad load = new(port, workload, AckLevel.Durable, inFlight: 16);
        return load.Run(seconds);
    }

    private static long P99(LoadResult load) => load.LatencyNs.GetValueAtPercentile(99);

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Pairs / 2);

    // One behind the other, so that one is under way all the time: far more often than a server takes them.
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
        }

        return seconds;
    }
}
