namespace FastStream.Engine.Partitions.Preparation;

/// <summary>Hears which records preparation refuses: one call for a rule and batch, never one for a record.</summary>
internal interface IRefusalSink
{
    /// <summary>
    /// The rows, ascending, that a rule has refused; borrowed for the call. The ordinal is 0 for the default infinity
    /// policy (which may call once for each field) and i + 1 for rule i, as in
    /// <see cref="Definitions.StreamDefinition.RefusalNames"/>.
    /// </summary>
    void Refuse(int ruleOrdinal, ReadOnlySpan<ushort> rows);
}
