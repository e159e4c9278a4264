using System.Collections.Concurrent;
using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Serving;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Oracle;
using WindowRow = FastStream.TestKit.Oracle.WindowRow;

namespace FastStream.Tests.Formulas;

/// <summary>The stream and the views of the flights, and what DuckDB says must come out of them.</summary>
internal static class FlightsExpectation
{
    /// <summary>Quiet producers must not be set aside: several take turns, and a test machine may be slow.</summary>
    public const string StreamText = "text (delay) idle 1d";

    private const long Minute = 60_000_000_000;
    private const long Hour = 60 * Minute;
    private const double SketchError = 1.0 / 256;

    private const string AggregateText =
        "count, count(delay), sum(delay), min(delay), max(delay), mean(delay), var_pop(delay), variance(delay), "
        + "stddev_pop(delay), stddev(delay), first(delay), last(delay), p50(delay), p95(delay)";

    private static readonly long[] s_latenessMinutes = [0, 30, 360];

    private static readonly ModelAggregate[] s_aggregates =
    [
        new(ModelAggregateKind.Count),
        .. Enum.GetValues<ModelAggregateKind>()
            .Where(kind => kind != ModelAggregateKind.Quantile)
            .Select(kind => new ModelAggregate(kind, 0)),
        new(ModelAggregateKind.Quantile, 0, 0.5),
        new(ModelAggregateKind.Quantile, 0, 0.95),
    ];

    // What the database says, by (producers, lateness): computed once.
    private static readonly ConcurrentDictionary<(int Producers, long Lateness), Lazy<Expected>> s_expected = new();

    /// <summary>Names of the views, one for each lateness, and their text.</summary>
    public static IEnumerable<(string Name, string Text)> Views => s_latenessMinutes.Select(minutes =>
        (NameOf(minutes), $"tumbling 1h late {minutes}m by key: {AggregateText}"));

    /// <summary>Creates stream and views.</summary>
    public static void Define(IngestionEngine engine)
    {
        IngestionStream stream = engine.Stream("flights", StreamText);
        foreach ((string name, string text) in Views)
        {
            stream.View(name, text);
        }
    }

    /// <summary>Compares every window of every view, and the late counts, with the database.</summary>
    public static async Task CompareAsync(IngestionEngine engine, int producerCount)
    {
        Ledger ledger = await engine.LedgerAsync();
        Assert.True(ledger.Balanced, ledger.FindImbalance());
        foreach (long minutes in s_latenessMinutes)
        {
            Expected expected = ExpectedOf(producerCount, minutes * Minute);
            ViewLedger fates = ledger.Views.Single(view => view.View == NameOf(minutes));
            Assert.Equal((expected.LateCount, 0, 0), (fates.Late, fates.LateAfterIdle, fates.LateOnJoin));
            Assert.Equal(Flights.All.Count - expected.LateCount, fates.Applied);
            WindowAnswer answer = await engine.QueryAsync(new WindowQuery
            {
                Stream = "flights",
                View = NameOf(minutes),
                IncludeOpen = true,
                Limit = WindowQuery.MaxLimit,
            });
            Assert.Contains(answer.Rows, row => row.State == WindowState.Closed);
            Assert.Null(WindowRows.FindDifference(
                expected.Rows,
                answer.Rows.Select(row => new WindowRow(row.StartNs, row.KeyText!, [.. row.Values])),
                s_aggregates,
                SketchError));
        }
    }

    private static string NameOf(long latenessMinutes) => $"late-{latenessMinutes}m";

    private static Expected ExpectedOf(int producerCount, long latenessNs) => s_expected.GetOrAdd(
        (producerCount, latenessNs),
        key => new Lazy<Expected>(() =>
        {
            using DuckDbOracle database = new();
            database.Add(Flights.ByProducers(key.Producers));
            return new Expected(
                database.CountLate(Hour, key.Lateness), database.Windows(Hour, key.Lateness, s_aggregates));
        })).Value;

    private sealed record Expected(long LateCount, IReadOnlyList<WindowRow> Rows);
}
