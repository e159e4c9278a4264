using System.Diagnostics;
using System.Globalization;
using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>
/// A server that is killed with a journal and no snapshot, and started again: the rate of its replay. The page cache
/// does not help: the journal is read past it.
/// </summary>
internal sealed class ReplayCase : ILoadCase
{
    public string Name => "replay";

    public string What => "start after a kill: a journal without a snapshot is replayed and checked";

    public bool FillsDisk => true;

    public CaseReport Run(CaseSettings settings)
    {
        using WorkFolder folder = new(settings.Folder);
        ServerSettings served = new() { Folder = folder.FullPath };
        LoadResult load;
        using (RoleProcess server = RoleProcess.Start(ServerRole.Name, served.ToJson()))
        {
            int port = int.Parse(server.ReadLine().Split(' ')[0], CultureInfo.InvariantCulture);
            using FrameLoad frames = new(port, new Workload(), AckLevel.Durable, 64);
            load = frames.Run(settings.Seconds);
            server.Kill();
        }

        long start = Stopwatch.GetTimestamp();
        using RoleProcess again = RoleProcess.Start(ServerRole.Name, served.ToJson());
        double opening = double.Parse(again.ReadLine().Split(' ')[2], CultureInfo.InvariantCulture);
        double ready = Stopwatch.GetElapsedTime(start).TotalSeconds;
        ServerTotals totals = ServerTotals.Parse(again.Ask("totals"));
        if (!totals.IsBalanced || totals.Applied != load.AllRecords)
        {
            throw new InvalidOperationException(
                $"{load.AllRecords:N0} records were acked, {totals.Applied:N0} are there after the replay.");
        }

        return new CaseReport
        {
            Case = Name,
            Figures = new()
            {
                [Figure.RecordsPerSecond] = load.AllRecords / opening,
                [Figure.BytesPerSecond] = 24.0 * load.AllRecords / opening,
                ["readySeconds"] = ready,
                ["replayedRecords"] = load.AllRecords,
            },
        };
    }
}
