namespace FastStream.Tests.Partitions;

/// <summary>A row of results with the bits of its values, so that equality means equal bits.</summary>
internal sealed record ResultRow(long Cause, uint View, long Start, ulong Key, long Count, string Bits)
{
    /// <summary>The values.</summary>
    public double[] Values { get; init; } = [];

    public static ResultRow Of(
        long cause, uint view, long start, ulong key, long count, ReadOnlySpan<double> values)
    {
        double[] copy = values.ToArray();
        string bits = string.Join(' ', copy.Select(v => BitConverter.DoubleToInt64Bits(v).ToString("x16", null)));
        return new ResultRow(cause, view, start, key, count, bits) { Values = copy };
    }

    public bool Equals(ResultRow? other) =>
        other is not null && (Cause, View, Start, Key, Count, Bits)
            == (other.Cause, other.View, other.Start, other.Key, other.Count, other.Bits);

    public override int GetHashCode() => HashCode.Combine(Cause, View, Start, Key, Count, Bits);
}
