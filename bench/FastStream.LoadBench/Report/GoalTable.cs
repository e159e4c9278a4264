using FastStream.LoadBench.Goals;

namespace FastStream.LoadBench.Report;

/// <summary>The closing table: each goal with its figure and whether it was reached.</summary>
internal static class GoalTable
{
    private const int WhatWidth = 84;

    public static void Write(BenchLog log, IReadOnlyList<Round> rounds, IReadOnlyList<Goal> goals)
    {
        log.Table("");
        log.Table($"{"goal",-WhatWidth} {"figure",10}  {"floor",8} {"aim",8}  verdict       least and most of {rounds.Count} round(s)");
        foreach (Goal goal in goals)
        {
            Outcome? outcome = Outcome.Of(rounds, goal.Measure);
            string verdict = outcome is Outcome judged ? goal.Judge(judged.Median) : "not measured";
            string figure = outcome is Outcome shown ? Number.Show(shown.Median) + goal.Unit : "-";
            string spread = outcome is { Rounds: > 1 } many ? $"{Number.Show(many.Least)} .. {Number.Show(many.Most)}" : "";
            log.Table($"{goal.What,-WhatWidth} {figure,10}  {Bound(goal, goal.Floor),8} {Bound(goal, goal.Aim),8}  {verdict,-12}  {spread}");
            log.Json(new GoalLine
            {
                Goal = goal.What,
                Unit = goal.Unit.Trim(),
                Figure = outcome?.Median,
                Least = outcome?.Least,
                Most = outcome?.Most,
                Rounds = outcome?.Rounds ?? 0,
                Floor = goal.Floor,
                Aim = goal.Aim,
                IsLowerBetter = goal.IsLowerBetter,
                Verdict = verdict,
            });
        }
    }

    private static string Bound(Goal goal, double? bound) =>
        bound is double value ? (goal.IsLowerBetter ? "<= " : ">= ") + value.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) : "";
}
