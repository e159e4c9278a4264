using System.Globalization;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Snapshots;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Files;

namespace FastStream.Simulation.Checks;

/// <summary>Compares the whole state and all results of an engine at rest with the model's, and with its own of before.</summary>
internal sealed class StateComparison(
    SimulationPlan plan, EngineHost host, Checker checker, SimulatedFileSystem files, Trace trace)
{
    private const int AsOfEvery = 2;

    /// <summary>Compares with the model and checks the ledger's equations; returns the dump.</summary>
    public string[] Compare(string what)
    {
        using MemoryStream dump = new();
        string digest = host.Engine!.DigestAsync(dump).GetAwaiter().GetResult();
        CheckLedger(host.Engine.LedgerAsync().GetAwaiter().GetResult());
        string[] actual = ModelDigest.Lines(dump.ToArray());
        string[] expected = ModelDigest.Of(checker.Journal.Model, host.Core.State);
        if (ModelDigest.FindDifference(expected, actual) is string difference)
        {
            throw new SimulationFailure($"{what} differs from the model: {difference}");
        }

        trace.Note("compared", long.Parse(digest.AsSpan(0, 15), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return actual;
    }

    private static void CheckLedger(Ledger ledger)
    {
        SessionLedger session = ledger.Session;
        if (session.Received != session.Journaled + session.Duplicate + session.Refused + session.Malformed)
        {
            throw new SimulationFailure($"the session's ledger does not balance: {session}");
        }

        if (ledger.Streams.FirstOrDefault(stream => !stream.Balanced) is StreamLedger stream)
        {
            throw new SimulationFailure($"the stream's ledger does not balance: {stream.Equation}");
        }

        if (ledger.Views.FirstOrDefault(view => !view.Balanced) is ViewLedger view)
        {
            throw new SimulationFailure($"the view's ledger does not balance: {view.Equation}");
        }
    }

    /// <summary>
    /// The same state and results from the newest snapshot and from zero, with other numbers of partitions; and the
    /// state as of the newest snapshot from the one before it and from zero. The engine that gave the first dump is
    /// gone.
    /// </summary>
    public void CompareRestarts(string[] live)
    {
        host.Open(plan.PartitionCounts[1], isPassive: true);
        Require(live, Compare("a start from the newest snapshot"));
        bool isWhole = host.Logs[0].BeginAddress <= LogGeometry.FirstAddress;
        List<SnapshotInfo> snapshots = host.Snapshots;
        host.Kill();
        long at = snapshots.Count > 1 && plan.Seed % AsOfEvery == 0 ? snapshots[^1].Address : -1;
        string[] earlier = at < 0 ? [] : DumpAt(at, plan.PartitionCounts[2]);
        if (isWhole)
        {
            files.DeleteDirectory("/state");
            host.Forget("state");
            host.Open(plan.PartitionCounts[2], isPassive: true);
            Require(live, Compare("a replay from zero"));
            host.Kill();
            if (at >= 0)
            {
                Require(earlier, DumpAt(at, plan.PartitionCounts[1]));
            }
        }
    }

    private string[] DumpAt(long address, int partitionCount)
    {
        trace.Note("as of", address);
        host.Open(partitionCount, isPassive: true, until: address);
        using MemoryStream dump = new();
        host.Engine!.DigestAsync(dump).GetAwaiter().GetResult();
        host.Kill();
        return ModelDigest.Lines(dump.ToArray());
    }

    private static void Require(string[] expected, string[] actual)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
        {
            throw new SimulationFailure($"two starts differ: {ModelDigest.FindDifference(expected, actual)}");
        }
    }
}
