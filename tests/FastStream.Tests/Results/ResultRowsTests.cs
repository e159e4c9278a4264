using System.Buffers.Binary;
using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Engine.Results;

namespace FastStream.Tests.Results;

/// <summary>Entries of the results log that another program must have written.</summary>
public sealed class ResultRowsTests
{
    [Fact]
    public void MorePlainBytesThanAnEntryMayHaveAreNoRows()
    {
        const int Values = 100;
        byte[] payload = new byte[ResultEntryLayout.RawBytes(ResultEntryLayout.RowLimit, Values)];
        WriteHead(payload, ResultEntryLayout.RowLimit, Values);
        EntryHeader header = new() { Kind = EntryKind.Results };
        byte[] scratch = [];
        Assert.False(ResultRows.TryOpen(in header, payload, ref scratch, out _));
    }

    [Fact]
    public void RowsOfAnotherWidthThanTheViewsAreRefusedWhenTheyAreCopied()
    {
        byte[] payload = new byte[ResultEntryLayout.RawBytes(3, 2)];
        WriteHead(payload, 3, 2);
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (x)");
        ResultsView view = new(1, stream, ViewDefinition.Parse("s", "v", "tumbling 1h by key: count, sum(x), max(x)"), nameOf: null);
        Assert.Throws<InvalidDataException>(() => Copy(view, payload));
    }

    private static void Copy(ResultsView view, byte[] payload)
    {
        EntryHeader header = new() { Kind = EntryKind.Results };
        byte[] scratch = [];
        Assert.True(ResultRows.TryOpen(in header, payload, ref scratch, out ResultRows rows));
        WindowResultPiece.Copy(view, in rows, 0, 64, 128);
    }

    private static void WriteHead(byte[] payload, int rows, int values)
    {
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(ResultEntryLayout.RowCountOffset), rows);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(ResultEntryLayout.ValueCountOffset), (ushort)values);
    }
}
