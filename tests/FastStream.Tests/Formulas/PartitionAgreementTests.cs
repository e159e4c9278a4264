using CsCheck;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Oracle;

namespace FastStream.Tests.Formulas;

/// <summary>
/// P(D) against the reference model on random histories, for 1, 2, 3 and 8 partitions and changes between them: every
/// row of every view, every counter, every frame's outcome. Failures print seed and shrunk history.
/// </summary>
public sealed class PartitionAgreementTests
{
    /// <summary>The sketch's bound at full resolution: 128 buckets an octave.</summary>
    private const double SketchError = 1.0 / 256;

    [Fact]
    public void PartitionsGiveTheRowsAndCountersOfTheModel() =>
        RandomHistory.Generator.Sample(
            history => Play(history).GetAwaiter().GetResult(), iter: 300, print: history => history.Print());

    private static async Task Play(RandomHistory history)
    {
        ModelHistoryTarget model = new(history);
        await using PartitionHistoryTarget partitions = new(history);
        await new HistoryPlayer(history.TextKeys, [model, partitions]).PlayAsync(history.Steps);

        ModelStream stream = model.Model.State.Streams[HistoryStream.Name];
        Assert.True(partitions.Counters.Balanced);
        Assert.Equal(
            (stream.Counters.Journaled, stream.Counters.Prepared, stream.Counters.Future, stream.Counters.Tombstone),
            (partitions.Counters.Journaled, partitions.Counters.Prepared, partitions.Counters.Future,
                partitions.Counters.Tombstone));
        Assert.Equal(stream.Counters.ByRule.Values.Sum(), partitions.Counters.RefusedByRules);
        foreach (ModelView view in stream.Views)
        {
            string name = view.Definition.Name;
            Engine.Partitions.ViewCounters actual = partitions.CountersOf(name);
            Assert.Equal(
                view.Counters,
                new ModelViewCounters
                {
                    Prepared = actual.Prepared,
                    Applied = actual.Applied,
                    Filtered = actual.Filtered,
                    Late = actual.Late,
                    LateAfterIdle = actual.LateAfterIdle,
                    LateOnJoin = actual.LateOnJoin,
                    OverLimit = actual.OverLimit,
                });
            Assert.Null(WindowRows.FindDifference(
                WindowRows.Of(model.Model.State, HistoryStream.Name, name),
                partitions.Rows(name),
                view.Definition.Aggregates,
                SketchError));
        }
    }
}
