using CsCheck;
using FastStream.Engine.Monitoring;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Oracle;

namespace FastStream.Tests.Formulas;

/// <summary>
/// The whole engine, frames in and rows out, against the reference model on random histories: every answer to every
/// frame, every row of every view, every counter, across snapshots, restarts and power cuts with other partition
/// counts. Failures print seed and shrunk history.
/// </summary>
public sealed class EngineAgreementTests
{
    private const double SketchError = 1.0 / 256;

    [Fact]
    public void TheEngineGivesTheAnswersRowsAndCountersOfTheModel() =>
        RandomHistory.Generator.Sample(
            history => Play(history).GetAwaiter().GetResult(), iter: 80, threads: 2, print: history => history.Print());

    private static async Task Play(RandomHistory history)
    {
        ModelHistoryTarget model = new(history);
        await using EngineHistoryTarget engine = new(history);
        await new HistoryPlayer(history.TextKeys, [model, engine]).PlayAsync(history.Steps);

        ModelStream stream = model.Model.State.Streams[HistoryStream.Name];
        Ledger ledger = await engine.LedgerAsync();
        Check(stream.Counters, ledger.Streams.Single(one => one.Stream == HistoryStream.Name));
        foreach (ModelView view in stream.Views)
        {
            string name = view.Definition.Name;
            Assert.Equal(view.Counters, CountersOf(ledger.Views.Single(one => one.View == name)));
            Assert.Null(WindowRows.FindDifference(
                WindowRows.Of(model.Model.State, HistoryStream.Name, name),
                await engine.RowsAsync(name),
                view.Definition.Aggregates,
                SketchError));
        }
    }

    private static void Check(ModelStreamCounters expected, StreamLedger actual)
    {
        Assert.True(actual.Balanced);
        Assert.Equal(
            (expected.Journaled, expected.Prepared, expected.Future, expected.KeyLimit, expected.Tombstone),
            (actual.Records, actual.Prepared, actual.Future, actual.KeyLimit, actual.Tombstone));
        Assert.Equal(
            expected.ByRule.Select(rule => (rule.Key, rule.Value)),
            actual.Rules.Where(rule => rule.Refused > 0).Select(rule => (rule.Rule, rule.Refused))
                .OrderBy(rule => rule.Rule, StringComparer.Ordinal));
    }

    private static ModelViewCounters CountersOf(ViewLedger view) => new()
    {
        Prepared = view.Prepared,
        Applied = view.Applied,
        Filtered = view.Filtered,
        Late = view.Late,
        LateAfterIdle = view.LateAfterIdle,
        LateOnJoin = view.LateOnJoin,
        OverLimit = view.OverLimit,
    };
}
