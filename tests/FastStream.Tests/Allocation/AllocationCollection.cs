namespace FastStream.Tests.Allocation;

/// <summary>Tests that weigh the whole process run alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    internal const string Name = "Allocation";
}
