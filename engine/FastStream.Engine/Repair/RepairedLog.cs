namespace FastStream.Engine.Repair;

/// <summary>One log of a repaired folder.</summary>
/// <param name="Name">journal, results, state.</param>
/// <param name="KeptCount">Sound entries that stand in the copy.</param>
/// <param name="HoleCount">Places that were not sound.</param>
/// <param name="LostCount">Entries that were lost in them.</param>
/// <param name="DroppedCount">Sound entries that were left out or stood for, since they rest on lost ones.</param>
internal sealed record RepairedLog(string Name, long KeptCount, int HoleCount, long LostCount, long DroppedCount);
