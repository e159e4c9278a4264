namespace FastStream.Engine.Sequencing;

/// <summary>
/// Which stream field each column of a producer's schema is. Interned per stream and journaled once; the journal
/// entry of a data frame names it by number, so a frame can be read without its session.
/// </summary>
/// <param name="Id">Number within the stream, from 1.</param>
/// <param name="FieldOrdinals">Stream field ordinal of column i.</param>
internal sealed record RecordLayout(uint Id, int[] FieldOrdinals)
{
    public bool Matches(ReadOnlySpan<int> ordinals) => ordinals.SequenceEqual(FieldOrdinals);
}
