namespace FastStream.Tests.Partitions;

/// <summary>A frame as plain arrays; a null field is absent.</summary>
internal sealed record TestFrame(ulong[] Keys, long[] Times, params double[]?[] Fields)
{
    /// <summary>Who sent it.</summary>
    public string Producer { get; init; } = "a";

    /// <summary>Records in it.</summary>
    public int Count => Keys.Length;

    /// <summary>The records from one index to another.</summary>
    public TestFrame Slice(int from, int to) => new(
        Keys[from..to], Times[from..to], [.. Fields.Select(f => f?[from..to])])
    {
        Producer = Producer,
    };

    /// <summary>The same records cut into frames of a size.</summary>
    public IEnumerable<TestFrame> Cut(int size)
    {
        for (int from = 0; from < Count; from += size)
        {
            yield return Slice(from, Math.Min(from + size, Count));
        }
    }
}
