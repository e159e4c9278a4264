namespace FastStream.TestKit.Model;

/// <summary>A stream: names of its fields, kind of its keys, its future bound and rules in their order.</summary>
internal sealed record ModelStreamDefinition(string Name, params string[] Fields)
{
    /// <summary>Keys are names, announced by dictionary frames.</summary>
    public bool TextKeys { get; init; }

    /// <summary>How far ahead of its arrival a record may be.</summary>
    public long FutureBoundNs { get; init; } = 5 * 60 * 1_000_000_000L;

    /// <summary>Names that the stream may know (text keys); records under further names are refused.</summary>
    public int MaxKeyNames { get; init; } = int.MaxValue;

    /// <summary>Rules in order of declaration.</summary>
    public IReadOnlyList<ModelRule> Rules { get; init; } = [];

    /// <summary>Too far ahead of its arrival; the sum may leave 64 bits.</summary>
    public bool IsFuture(long timeNs, long arrivalNs) => (Int128)timeNs > (Int128)arrivalNs + FutureBoundNs;
}
