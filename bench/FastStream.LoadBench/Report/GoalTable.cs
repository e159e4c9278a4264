using FastStream.LoadBench.Goals;

namespace FastStream.LoadBench.Report;

/// <summary>The closing table: each goal with its figure and whether it was reached.</summary>
internal static class GoalTable
{
    private const int WhatWidth = 84;

    public static void Write(BenchLog log, IReadOnlyList<Round> rounds, IReadOnlyList<Goal> goals)
    {
        log.Table($"{"goal",-WhatWidth} {"figure",10}  {"floor",8} {"aim",8}  verdict   least and most of {rounds.Count} round(s)");
        foreach (Goal goal in goals)
        {
            double[] figures = [.. rounds.Select(goal.Measure).OfType<double>().Where(double.IsFinite).Order()];
            if (figures.Length == 0)
            {
                log.Table($"{goal.What,-WhatWidth} {"-",10}  {Bound(goal, goal.Floor),8} {Bound(goal, goal.Aim),8}  not measured");
                continue;
            }

            double median = figures[figures.Length / 2];
            string spread = figures.Length == 1 ? "" : $"{Number.Show(figures[0])} .. {Number.Show(figures[^1])}";
            log.Table($"{goal.What,-WhatWidth} {Number.Show(median) + goal.Unit,10}  {Bound(goal, goal.Floor),8} "
                + $"{Bound(goal, goal.Aim),8}  {goal.Judge(median),-8}  {spread}");
        }
    }

    private static string Bound(Goal goal, double? bound) =>
        bound is double value ? (goal.IsLowerBetter ? "<= " : ">= ") + value.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) : "";
}
