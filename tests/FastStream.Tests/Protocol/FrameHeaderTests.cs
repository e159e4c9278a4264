using System.Buffers;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: a frame is cut at every byte, split at every byte, and every header byte is flipped.</summary>
public sealed class FrameHeaderTests
{
    private static readonly byte[] s_ping = Frames.Write(output => ClientFrameWriter.WritePing(output, 42));

    private static readonly byte[] s_data = Frames.WriteData(
        new DataColumns { Sequence = 3, SchemaId = 9, Keys = [1, 2], Times = [5, 6], Fields = [[1.5, 2.5]] },
        EncodingMode.Raw);

    [Fact]
    public void EveryFieldStandsAtItsFrozenOffset()
    {
        byte[] header = new byte[64];
        new FrameHeader
        {
            Kind = FrameKind.Data,
            Flags = FrameFlags.Lz4,
            PayloadBytes = 0x0102,
            RawPayloadBytes = 0x1112,
            RecordCount = 0x2122,
            Sequence = 0x3132333435363738,
            SchemaId = 0x41424344,
            PayloadCrc32C = 0x51525354,
        }.Write(header);
        Assert.Equal("46534631" + "01" + "04" + "01" + "00" + "80010000" + "02010000" + "12110000" + "22210000"
            + "3837363534333231" + "44434241" + "00000000" + "0000000000000000" + "0000000000000000" + "54535251",
            Convert.ToHexString(header.AsSpan(0, 60)));
        Assert.Equal(Crc32C.Compute(header.AsSpan(0, 60)), BitConverter.ToUInt32(header, 60));
    }

    [Fact]
    public void ACutFrameIsWaitedForAndNeverAnError()
    {
        for (int length = 0; length < s_data.Length; length++)
        {
            ReadOnlySequence<byte> buffer = new(s_data, 0, length);
            Assert.False(FrameReader.TryReadFrame(
                ref buffer, FrameLimits.Default, out FrameHeader header, out _, out FrameError error));
            Assert.Equal(FrameError.None, error);
            Assert.Equal(length, buffer.Length);
            Assert.Equal(length >= 64 ? FrameKind.Data : FrameKind.None, header.Kind);
        }
    }

    [Fact]
    public void ASplitFrameIsTheSameFrame()
    {
        byte[] both = [.. s_data, .. s_ping];
        for (int cut = 0; cut <= both.Length; cut++)
        {
            ReadOnlySequence<byte> buffer = Pieces.Of(both, cut);
            Assert.Equal(s_data, Read(ref buffer));
            Assert.Equal(s_ping, Read(ref buffer));
            Assert.Equal(0, buffer.Length);
        }
    }

    [Fact]
    public void EveryFlippedHeaderBitIsFound()
    {
        for (int bit = 0; bit < 64 * 8; bit++)
        {
            byte[] frame = [.. s_data];
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            FrameError expected = (bit / 8) switch
            {
                < 4 => FrameError.BadMagic,
                4 => FrameError.WrongVersion,
                _ => FrameError.BadHeaderCrc,
            };
            ReadOnlySequence<byte> buffer = new(frame);
            Assert.False(FrameReader.TryReadFrame(
                ref buffer, FrameLimits.Default, out _, out _, out FrameError error));
            Assert.Equal(expected, error);
        }
    }

    [Fact]
    public void EveryFlippedPayloadBitIsFound()
    {
        for (int bit = 64 * 8; bit < s_data.Length * 8; bit++)
        {
            byte[] frame = [.. s_data];
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(FrameError.BadPayloadCrc, FrameReader.TryReadWhole(frame, FrameLimits.Default, out _));
        }
    }

    [Theory]
    [InlineData(5, new byte[] { 0 }, FrameError.UnknownKind)]
    [InlineData(5, new byte[] { 10 }, FrameError.UnknownKind)]
    [InlineData(5, new byte[] { 64 }, FrameError.UnknownKind)]
    [InlineData(5, new byte[] { 71 }, FrameError.UnknownKind)]
    [InlineData(5, new byte[] { 7 }, FrameError.BadSequence)]
    [InlineData(5, new byte[] { 5 }, FrameError.BadReserved)]
    [InlineData(6, new byte[] { 2 }, FrameError.BadFlags)]
    [InlineData(7, new byte[] { 1 }, FrameError.BadReserved)]
    [InlineData(7, new byte[] { 4 }, FrameError.BadReserved)]
    [InlineData(8, new byte[] { 1 }, FrameError.BadLength)]
    [InlineData(8, new byte[] { 0, 0, 0, 0 }, FrameError.BadLength)]
    [InlineData(8, new byte[] { 0, 0, 0x20 }, FrameError.FrameTooLarge)]
    [InlineData(8, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, FrameError.FrameTooLarge)]
    [InlineData(12, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, FrameError.BadLength)]
    [InlineData(16, new byte[] { 1 }, FrameError.BadLength)]
    [InlineData(16, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, FrameError.FrameTooLarge)]
    [InlineData(20, new byte[] { 0, 0, 0, 0 }, FrameError.BadReserved)]
    [InlineData(20, new byte[] { 1, 0, 1, 0 }, FrameError.TooManyRecords)]
    [InlineData(24, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, FrameError.BadSequence)]
    [InlineData(36, new byte[] { 1 }, FrameError.BadReserved)]
    [InlineData(40, new byte[] { 1 }, FrameError.BadReserved)]
    [InlineData(55, new byte[] { 1 }, FrameError.BadReserved)]
    public void AWellSummedHeaderThatContradictsItselfIsRefused(int offset, byte[] bytes, FrameError expected) =>
        Assert.Equal(expected, FrameReader.TryReadWhole(
            Frames.With(s_data, offset, bytes), FrameLimits.Default, out _));

    [Fact]
    public void ACompressedPayloadMayNotClaimMoreThan256TimesItsSize()
    {
        FrameHeader header = new()
        {
            Kind = FrameKind.Data,
            Flags = FrameFlags.Lz4,
            PayloadBytes = 100,
            RawPayloadBytes = 25_600,
            RecordCount = 1,
            Sequence = 1,
        };
        byte[] bytes = new byte[64];
        header.Write(bytes);
        Assert.Equal(FrameError.None, FrameHeader.TryRead(bytes, FrameLimits.Default, out FrameHeader back));
        Assert.Equal(header, back);
        (header with { RawPayloadBytes = 25_601 }).Write(bytes);
        Assert.Equal(FrameError.BadLength, FrameHeader.TryRead(bytes, FrameLimits.Default, out _));
    }

    [Fact]
    public void LimitsHoldBeforeTheFrameIsThere()
    {
        ReadOnlySequence<byte> buffer = new(s_data, 0, 64);
        Assert.False(FrameReader.TryReadFrame(
            ref buffer, new FrameLimits(s_data.Length - 1, 10), out _, out _, out FrameError error));
        Assert.Equal(FrameError.FrameTooLarge, error);
        Assert.False(FrameReader.TryReadFrame(
            ref buffer, new FrameLimits(s_data.Length, 1), out _, out _, out error));
        Assert.Equal(FrameError.TooManyRecords, error);
    }

    [Fact]
    public void AnotherProtocolIsToldAtItsFourthByte()
    {
        ReadOnlySequence<byte> buffer = new("GET "u8.ToArray());
        Assert.False(FrameReader.TryReadFrame(ref buffer, FrameLimits.Default, out _, out _, out FrameError error));
        Assert.Equal(FrameError.BadMagic, error);
    }

    [Fact]
    public void FillThatIsNotZeroIsRefused()
    {
        Assert.Equal(FrameError.BadPadding, FrameReader.TryReadWhole(
            Frames.With(s_ping, 127, 1), FrameLimits.Default, out _));
        Assert.Equal(FrameError.Truncated, FrameReader.TryReadWhole(s_ping.AsSpan(0, 127), FrameLimits.Default, out _));
        Assert.Equal(FrameError.Truncated, FrameReader.TryReadWhole(s_ping.AsSpan(0, 63), FrameLimits.Default, out _));
        byte[] longer = [.. s_ping, 0];
        Assert.Equal(FrameError.TrailingBytes, FrameReader.TryReadWhole(longer, FrameLimits.Default, out _));
    }

    private static byte[] Read(ref ReadOnlySequence<byte> buffer)
    {
        Assert.True(FrameReader.TryReadFrame(
            ref buffer, FrameLimits.Default, out _, out ReadOnlySequence<byte> frame, out FrameError error));
        Assert.Equal(FrameError.None, error);
        return frame.ToArray();
    }
}
