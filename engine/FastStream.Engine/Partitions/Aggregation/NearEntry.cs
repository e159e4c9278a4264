namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>A place of a <see cref="NearIndex"/>.</summary>
internal unsafe struct NearEntry
{
    /// <summary>The key, if there is a cell.</summary>
    public ulong Key;

    /// <summary>Its cell; null while the entry is free.</summary>
    public byte* Cell;
}
