using FastStream.Simulation.Scenario;

namespace FastStream.Simulation;

/// <summary>Leaves steps out of a failing history as long as it fails: halves, quarters, single ones.</summary>
internal static class Shrinking
{
    /// <summary>The smallest history found, and what comes of it.</summary>
    public static (IReadOnlyList<SimulationStep> Steps, SimulationResult Result) Shrink(SimulationPlan plan)
    {
        List<SimulationStep> steps = [.. plan.Steps];
        SimulationResult failing = Simulation.Run(plan, steps);
        for (int size = Math.Max(1, steps.Count / 2); ; size = Math.Max(1, size / 2))
        {
            bool hasShrunk = false;
            for (int from = 0; from < steps.Count;)
            {
                List<SimulationStep> fewer = [.. steps[..from], .. steps[Math.Min(steps.Count, from + size)..]];
                SimulationResult result = Simulation.Run(plan, fewer);
                if (result.Failure is null)
                {
                    from += size;
                    continue;
                }

                steps = fewer;
                failing = result;
                hasShrunk = true;
            }

            if (size == 1 && !hasShrunk)
            {
                return (steps, failing);
            }
        }
    }
}
