namespace FastStream.Fuzz;

/// <summary>A case that broke a rule.</summary>
/// <param name="Target">The parser.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="CaseNumber">Number of the case in its target; -1 for an input of the corpus.</param>
/// <param name="Signature">Tells this fault from others: what was thrown and where, or which rule broke.</param>
/// <param name="Text">All that is known of it.</param>
/// <param name="Input">The bytes, minimised.</param>
internal sealed record Finding(
    string Target, ulong Seed, long CaseNumber, string Signature, string Text, byte[] Input);
