namespace FastStream.Tests.Results;

/// <summary>What an entry of the results log says, but for address and time of writing.</summary>
internal sealed record LoggedEntry(
    long Cause, long Ordinal, uint ViewId, int Flags, long Start, ulong[] Keys, string Raw)
{
    /// <summary>All of it, to compare.</summary>
    internal string Text => $"{Cause} {Ordinal} {ViewId} {Flags} {Start} {Raw}";
}
