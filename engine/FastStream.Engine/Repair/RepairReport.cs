namespace FastStream.Engine.Repair;

/// <summary>What a repair kept and what is lost.</summary>
/// <param name="Logs">For each log: its name, how many entries were kept, how many had to be stood for.</param>
/// <param name="Lost">Everything that is gone, exactly.</param>
/// <param name="Notes">What else whoever repairs should know, a sentence each.</param>
internal sealed record RepairReport(
    IReadOnlyList<RepairedLog> Logs, IReadOnlyList<LostRange> Lost, IReadOnlyList<string> Notes);
