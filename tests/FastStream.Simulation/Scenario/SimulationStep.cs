using System.Globalization;

namespace FastStream.Simulation.Scenario;

/// <summary>
/// One step of a history. Everything random about it comes from the seed and its number, so it stays the same step
/// when others are left out.
/// </summary>
internal readonly record struct SimulationStep(int Number, StepKind Kind)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Kind}");
}
