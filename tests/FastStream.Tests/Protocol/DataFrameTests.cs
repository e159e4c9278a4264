using CsCheck;
using FastStream.Protocol;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: what is written comes back bit for bit, in every encoding, compressed or not.</summary>
public sealed class DataFrameTests
{
    private static readonly Gen<double> s_value = Gen.OneOf(
        Gen.Double.Select(value => double.IsNaN(value) ? double.NaN : value),
        Gen.Int[-1000, 1000].Select(number => (double)number),
        Gen.Int[-100_000, 100_000].Select(number => number / 100.0),
        Gen.Float.Where(float.IsFinite).Select(value => (double)value),
        Gen.Int[0, 3].Select(kind => new[] { double.NaN, double.NegativeInfinity, -0.0, 0.0 }[kind]));

    [Fact]
    public void WhateverIsWrittenComesBackBitForBit()
    {
        Gen<DataColumns> gen =
            from count in Gen.Int[1, 300]
            from fieldCount in Gen.Int[0, 5]
            from text in Gen.Bool
            from keys in Gen.OneOf(Gen.ULong, Gen.ULong[0, 3]).Array[count]
            from ids in Gen.OneOf(Gen.UInt[0, 70_000], Gen.UInt[0, 2]).Array[count]
            from times in Gen.OneOf(Gen.Long, Gen.Long[0, 1_000_000_000]).Array[count]
            from uniform in Gen.Bool
            from fields in FieldGen(count, uniform).Array[fieldCount]
            from position in Gen.Byte.Array[0, 64]
            select new DataColumns
            {
                Sequence = 7,
                Keys = text ? [] : keys,
                KeyIds = text ? ids : [],
                Times = times,
                Fields = fields,
                Position = position,
            };

        gen.Sample(
            columns =>
            {
                KeyKind kind = columns.KeyIds.Length > 0 ? KeyKind.Text : KeyKind.U64;
                foreach (EncodingMode mode in new[] { EncodingMode.Raw, EncodingMode.Auto })
                {
                    foreach (bool compress in new[] { false, true })
                    {
                        byte[] frame = Frames.WriteData(columns, mode, compress);
                        Assert.Equal(FrameError.None, Frames.Decode(frame, kind, out DataColumns? back));
                        DataColumns.AssertEqual(columns, back);
                    }
                }
            },
            iter: 300,
            print: columns => $"{columns.Times.Length} records, {columns.Fields.Length} fields");
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, ColumnEncoding.FieldScaledI32)]
    [InlineData(new double[] { 1, 1, 1 }, ColumnEncoding.FieldConstant)]
    [InlineData(new double[] { 0.5, -0.0, double.PositiveInfinity }, ColumnEncoding.FieldF32)]
    [InlineData(new double[] { 0.1, 12.3, double.NaN }, ColumnEncoding.FieldDecimalI32)]
    [InlineData(new double[] { 0.1, 12.345678, -7 }, ColumnEncoding.FieldDecimalI32)]
    [InlineData(new double[] { Math.PI, 1, 2 }, ColumnEncoding.FieldF64)]
    public void TheSmallestExactEncodingIsChosen(double[] values, ColumnEncoding expected)
    {
        byte[] frame = Frames.WriteData(
            new DataColumns { Keys = [1, 2, 3], Times = [1, 2, 3], Fields = [values] }, EncodingMode.Auto);
        Assert.Equal(expected, (ColumnEncoding)frame[64 + 8 + (2 * 32) + 1]);
    }

    [Theory]
    [InlineData(new uint[] { 5, 5 }, ColumnEncoding.KeyConstant)]
    [InlineData(new uint[] { 5, 65_535 }, ColumnEncoding.KeyIdU16)]
    [InlineData(new uint[] { 5, 65_536 }, ColumnEncoding.KeyIdU32)]
    public void IdsTakeNoMoreBytesThanTheLargestNeeds(uint[] ids, ColumnEncoding expected)
    {
        byte[] frame = Frames.WriteData(new DataColumns { KeyIds = ids, Times = [1, 2] }, EncodingMode.Auto);
        Assert.Equal(expected, (ColumnEncoding)frame[64 + 8 + 1]);
    }

    [Theory]
    [InlineData(0L, uint.MaxValue, ColumnEncoding.TimeDeltaU32)]
    [InlineData(0L, uint.MaxValue + 1L, ColumnEncoding.TimeI64)]
    [InlineData(long.MinValue, long.MaxValue, ColumnEncoding.TimeI64)]
    [InlineData(long.MaxValue - 5, long.MaxValue, ColumnEncoding.TimeI64)]
    [InlineData(long.MinValue, long.MinValue + 9, ColumnEncoding.TimeDeltaU32)]
    public void TimesAreDeltasWhileTheyFit(long first, long second, ColumnEncoding expected)
    {
        DataColumns columns = new() { Keys = [1, 2], Times = [second, first] };
        byte[] frame = Frames.WriteData(columns, EncodingMode.Auto);
        Assert.Equal(expected, (ColumnEncoding)frame[64 + 8 + 32 + 1]);
        Assert.Equal(FrameError.None, Frames.Decode(frame, KeyKind.U64, out DataColumns? back));
        DataColumns.AssertEqual(columns, back);
    }

    [Fact]
    public void AFrameAtEveryLimitFits()
    {
        const int Count = WireFormat.MaxRecordsPerFrame;
        DataColumns columns = new()
        {
            Keys = [.. Enumerable.Range(0, Count).Select(index => (ulong)index)],
            Times = new long[Count],
            Fields = [.. Enumerable.Range(0, 20).Select(field => Enumerable.Repeat(Math.PI, Count).ToArray())],
            Position = new byte[WireFormat.MaxPositionBytes],
        };
        byte[] frame = Frames.WriteData(columns, EncodingMode.Raw);
        Assert.InRange(frame.Length, 11 << 20, WireFormat.HardMaxFrameBytes);
        Assert.Equal(FrameError.None, Frames.Decode(frame, KeyKind.U64, out DataColumns? back));
        DataColumns.AssertEqual(columns, back);
    }

    [Fact]
    public void CompressionIsKeptOnlyWhenTheFrameGetsShorter()
    {
        DataColumns dense = new() { Keys = new ulong[1_000], Times = new long[1_000] };
        byte[] packed = Frames.WriteData(dense, EncodingMode.Raw, true);
        Assert.True(packed.Length < 1_000);
        Assert.Equal((byte)FrameFlags.Lz4, packed[6]);

        byte[] noise = new byte[16_000];
        new Random(3).NextBytes(noise);
        DataColumns random = new()
        {
            Keys = [.. Enumerable.Range(0, 1_000).Select(index => BitConverter.ToUInt64(noise, index * 8))],
            Times = [.. Enumerable.Range(0, 1_000).Select(index => BitConverter.ToInt64(noise, 8_000 + (index * 8)))],
        };
        Assert.Equal(0, Frames.WriteData(random, EncodingMode.Raw, true)[6]);
    }

    [Fact]
    public void NothingLeftInTheCallersMemoryTravels()
    {
        // The target is filled with 0xEE; no gap between columns and no fill may show it.
        DataColumns columns = new() { Keys = [1], Times = [2], Fields = [[Math.E]], Position = [9] };
        Assert.DoesNotContain((byte)0xEE, Frames.WriteData(columns, EncodingMode.Raw));
    }

    [Fact]
    public void WritingAndDecodingAllocateNothing()
    {
        DataColumns columns = new()
        {
            Keys = [.. Enumerable.Range(0, 4_096).Select(index => (ulong)index)],
            Times = [.. Enumerable.Range(0, 4_096).Select(index => (long)index)],
            Fields = [[.. Enumerable.Range(0, 4_096).Select(index => index / 10.0)]],
        };
        byte[] frame = GC.AllocateArray<byte>(1 << 18, true);
        byte[] scratch = GC.AllocateArray<byte>(1 << 18, true);
        RecordBatch batch = new();

        // A collection that another test causes may empty the array pool that LZ4 rents from: see SteadyState.
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int round = 0; round < 20; round++)
            {
                Round(columns, frame, scratch, batch);
            }
        }));
    }

    private static unsafe void Round(DataColumns columns, byte[] frame, byte[] scratch, RecordBatch batch)
    {
        DataFrameWriter writer = new(frame, columns.Times.Length, 3, EncodingMode.Auto);
        writer.AddKeys(columns.Keys);
        writer.AddTimes(columns.Times);
        writer.AddField(0, columns.Fields[0]);
        int bytes = writer.Finish(1, 1, scratch);
        _ = FrameHeader.TryRead(frame, FrameLimits.Default, out FrameHeader header);
        fixed (byte* at = frame, free = scratch)
        {
            FrameError error = DataFrameDecoder.TryDecode(
                at, bytes, header, KeyKind.U64, true, free, scratch.Length, batch);
            Assert.True(error == FrameError.None);
        }
    }

    private static Gen<double[]> FieldGen(int count, bool uniform) =>
        uniform ? s_value.Select(value => Enumerable.Repeat(value, count).ToArray())
        : Gen.OneOf(
            s_value.Array[count],
            Gen.Int[-9, 9].Select(number => (double)number).Array[count],
            Gen.Int.Select(number => number / 1000.0).Array[count],
            Gen.Float.Where(value => !float.IsNaN(value)).Select(value => (double)value).Array[count]);
}
