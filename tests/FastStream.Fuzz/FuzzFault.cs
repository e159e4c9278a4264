namespace FastStream.Fuzz;

/// <summary>A rule that does not hold for a case, although nothing was thrown.</summary>
internal sealed class FuzzFault(string what) : Exception(what);
