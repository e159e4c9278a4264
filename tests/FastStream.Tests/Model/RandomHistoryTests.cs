using CsCheck;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>
/// What must hold in the model for every history: ledgers balance, replay from any snapshot or from zero gives the same
/// state, and restarts change nothing. Failures print the seed and the shrunk history.
/// </summary>
public sealed class RandomHistoryTests
{
    [Fact]
    public void TheModelKeepsItsOwnInvariants() =>
        RandomHistory.Generator.Sample(
            history =>
            {
                ReferenceEngine model = Play(history, history.Steps);
                ModelStream stream = model.State.Streams[HistoryStream.Name];
                Assert.True(stream.Counters.Balanced);
                Assert.All(stream.Views, view => Assert.True(view.Counters.Balanced));
                Assert.All(
                    stream.Views.Take(HistoryView.Initial.Count),
                    view => Assert.Equal(stream.Counters.Prepared, view.Counters.Prepared));
                for (long address = 0; address <= model.TailAddress; address += 7)
                {
                    Assert.Equal(
                        ModelDump.Of(model.StateAt(address)), ModelDump.Of(model.StateFromSnapshotAt(address)));
                }
            },
            iter: 200,
            print: history => history.Print());

    [Fact]
    public void RestartsAndSnapshotsAndReconnectsLeaveNoTrace() =>
        RandomHistory.Generator.Sample(
            history =>
            {
                HistoryStep[] quiet = [.. history.Steps.Select(step => step switch
                {
                    // Another step in its place that does nothing either keeps the clock of the rest.
                    HistoryStep.Restart or HistoryStep.Snapshot => new HistoryStep.Reconnect(0),
                    _ => step,
                })];
                bool reuses = quiet.OfType<HistoryStep.Data>().Any(data => data.Choice == SequenceChoice.Reused);
                Assert.True(reuses || Dump(history, history.Steps) == Dump(history, quiet));
            },
            iter: 200,
            print: history => history.Print());

    [Fact]
    public void HistoriesReachEveryFate()
    {
        Dictionary<string, long> seen = [];
        RandomHistory.Generator.Sample(
            history =>
            {
                ModelStream stream = Play(history, history.Steps).State.Streams[HistoryStream.Name];
                lock (seen)
                {
                    Count("future", stream.Counters.Future);
                    Count("key limit", stream.Counters.KeyLimit);
                    Count("tombstone", stream.Counters.Tombstone);
                    Count("infinity", stream.Counters.ByRule.GetValueOrDefault(HistoryStream.InfinityRule));
                    Count("range", stream.Counters.ByRule.GetValueOrDefault(HistoryStream.RangeRule));
                    Count("applied", stream.Views.Sum(view => view.Counters.Applied));
                    Count("filtered", stream.Views.Sum(view => view.Counters.Filtered));
                    Count("late", stream.Views.Sum(view => view.Counters.Late));
                    Count("late after idle", stream.Views.Sum(view => view.Counters.LateAfterIdle));
                    Count("late on join", stream.Views.Sum(view => view.Counters.LateOnJoin));
                }
            },
            iter: 300);

        Assert.Equal(10, seen.Count);
        Assert.All(seen, pair => Assert.True(pair.Value > 0, $"no record was ever {pair.Key}"));

        void Count(string fate, long count) => seen[fate] = seen.GetValueOrDefault(fate) + count;
    }

    private static string Dump(RandomHistory history, HistoryStep[] steps) => ModelDump.Of(Play(history, steps).State);

    private static ReferenceEngine Play(RandomHistory history, HistoryStep[] steps)
    {
        ModelHistoryTarget target = new(history);
        new HistoryPlayer(history.TextKeys, [target]).PlayAsync(steps).GetAwaiter().GetResult();
        return target.Model;
    }
}
