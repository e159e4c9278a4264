using FastStream.Engine;

namespace FastStream.Tests.Embedding;

/// <summary>The faults that proofs plant into an engine are no part of one that is shipped.</summary>
public sealed class PlantedFaultsAbsenceTests
{
    [Fact]
    public void AReleaseKnowsNothingOfPlantedFaults() =>
        Assert.DoesNotContain(
            typeof(IngestionEngine).Assembly.GetTypes(),
            type => type.Name.Contains("Planted", StringComparison.Ordinal));
}
