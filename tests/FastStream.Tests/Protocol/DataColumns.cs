using System.Runtime.InteropServices;

namespace FastStream.Tests.Protocol;

/// <summary>The content of a data frame as plain arrays.</summary>
internal sealed record DataColumns
{
    public uint SchemaId { get; init; } = 1;

    public ulong Sequence { get; init; } = 1;

    public ulong[] Keys { get; init; } = [];

    public uint[] KeyIds { get; init; } = [];

    public long[] Times { get; init; } = [];

    public double[][] Fields { get; init; } = [];

    public byte[] Position { get; init; } = [];

    public static void AssertEqual(DataColumns expected, DataColumns? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.SchemaId, actual.SchemaId);
        Assert.Equal(expected.Sequence, actual.Sequence);
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.Equal(expected.KeyIds, actual.KeyIds);
        Assert.Equal(expected.Times, actual.Times);
        Assert.Equal(expected.Position, actual.Position);
        Assert.Equal(expected.Fields.Length, actual.Fields.Length);
        for (int field = 0; field < expected.Fields.Length; field++)
        {
            Assert.Equal(
                MemoryMarshal.Cast<double, long>(expected.Fields[field]).ToArray(),
                MemoryMarshal.Cast<double, long>(actual.Fields[field]).ToArray());
        }
    }
}
