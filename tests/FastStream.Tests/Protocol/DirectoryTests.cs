using FastStream.Protocol;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: a well summed payload that lies about its columns is refused, never read past its end.</summary>
public sealed class DirectoryTests
{
    // Directory at 64: head 8 bytes, then key at 72, time at 104, field at 136, position at 168; columns from 256.
    private static readonly byte[] s_frame = Frames.WriteData(
        new DataColumns { Keys = [1, 2], Times = [5, 6], Fields = [[1.5, 2.5]], Position = [1, 2, 3] },
        EncodingMode.Raw);

    private static readonly byte[] s_small = Frames.WriteData(
        new DataColumns { KeyIds = [1, 2], Times = [5, 6], Fields = [[0.1, 2.5]] }, EncodingMode.Auto);

    [Fact]
    public void TheFramesAreGoodBeforeTheyAreChanged()
    {
        Assert.Equal(FrameError.None, Frames.Decode(s_frame, KeyKind.U64, out _));
        Assert.Equal(FrameError.None, Frames.Decode(s_small, KeyKind.Text, out _));
    }

    [Theory]
    [InlineData(64, new byte[] { 3 }, FrameError.BadDirectory)]
    [InlineData(64, new byte[] { 68 }, FrameError.BadDirectory)]
    [InlineData(64, new byte[] { 60 }, FrameError.Truncated)]
    [InlineData(66, new byte[] { 1 }, FrameError.BadDirectory)]
    [InlineData(72, new byte[] { 2, 16 }, FrameError.BadDirectory)]
    [InlineData(72, new byte[] { 2 }, FrameError.BadColumn)]
    [InlineData(72, new byte[] { 0 }, FrameError.BadColumn)]
    [InlineData(72, new byte[] { 5 }, FrameError.BadColumn)]
    [InlineData(73, new byte[] { 0 }, FrameError.BadColumn)]
    [InlineData(73, new byte[] { 2 }, FrameError.BadColumn)]
    [InlineData(73, new byte[] { 4 }, FrameError.BadColumn)]
    [InlineData(74, new byte[] { 1 }, FrameError.BadColumn)]
    [InlineData(76, new byte[] { 0 }, FrameError.BadDirectory)]
    [InlineData(76, new byte[] { 193 }, FrameError.BadDirectory)]
    [InlineData(76, new byte[] { 0xC0, 0xFF, 0xFF, 0xFF }, FrameError.BadDirectory)]
    [InlineData(80, new byte[] { 8 }, FrameError.BadColumn)]
    [InlineData(80, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, FrameError.BadColumn)]
    [InlineData(84, new byte[] { 1 }, FrameError.BadReserved)]
    [InlineData(88, new byte[] { 1 }, FrameError.BadColumn)]
    [InlineData(96, new byte[] { 1 }, FrameError.BadColumn)]
    [InlineData(108, new byte[] { 192 }, FrameError.BadDirectory)]
    [InlineData(137, new byte[] { 37 }, FrameError.BadColumn)]
    [InlineData(138, new byte[] { 64 }, FrameError.BadColumn)]
    [InlineData(176, new byte[] { 0 }, FrameError.BadColumn)]
    [InlineData(176, new byte[] { 65 }, FrameError.BadColumn)]
    [InlineData(176, new byte[] { 4 }, FrameError.BadDirectory)]
    [InlineData(176, new byte[] { 2 }, FrameError.BadDirectory)]
    public void EveryLieHasItsError(int offset, byte[] bytes, FrameError expected) =>
        Assert.Equal(expected, Frames.Decode(Frames.With(s_frame, offset, bytes), KeyKind.U64, out _));

    [Theory]
    [InlineData(120, 0x7FFF_FFFF_0000_0001, FrameError.BadColumn)]
    [InlineData(128, 1, FrameError.BadColumn)]
    [InlineData(152, 0, FrameError.BadColumn)]
    [InlineData(152, 0x7FF0_0000_0000_0000, FrameError.BadColumn)]
    [InlineData(160, 1, FrameError.BadColumn)]
    public void EveryBadParameterIsRefused(int offset, long value, FrameError expected) =>
        Assert.Equal(
            expected, Frames.Decode(Frames.With(s_small, offset, Frames.Bytes(value)), KeyKind.Text, out _));

    [Fact]
    public void KeysOfTheOtherKindAreRefused()
    {
        Assert.Equal(FrameError.BadColumn, Frames.Decode(s_frame, KeyKind.Text, out _));
        Assert.Equal(FrameError.BadColumn, Frames.Decode(s_small, KeyKind.U64, out _));
    }

    [Fact]
    public void TheSameFieldTwiceIsRefused()
    {
        byte[] frame = Frames.WriteData(
            new DataColumns { Keys = [1], Times = [5], Fields = [[1.5], [2.5]] }, EncodingMode.Raw);
        Assert.Equal(FrameError.BadDirectory, Frames.Decode(Frames.With(frame, 64 + 8 + 98, 0), KeyKind.U64, out _));
    }

    [Fact]
    public void ADamagedBlockIsRefusedOrDecodesToAnErrorButNeverCrashes()
    {
        byte[] frame = Frames.WriteData(
            new DataColumns
            {
                Keys = [.. Enumerable.Range(0, 200).Select(index => (ulong)index % 5)],
                Times = [.. Enumerable.Range(0, 200).Select(index => (long)index)],
                Fields = [[.. Enumerable.Range(0, 200).Select(index => index * 0.5)]],
            },
            EncodingMode.Raw,
            true);
        Assert.Equal(1, frame[6]);
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 3_000; round++)
        {
            byte[] damaged = [.. frame];
            for (int hit = random.Next(1, 5); hit > 0; hit--)
            {
                damaged[random.Next(64, frame.Length)] = (byte)random.Next(256);
            }

            // Decode checks a guard behind the scratch block.
            FrameError error = Frames.Decode(Frames.Resum(damaged), KeyKind.U64, out _);
            Assert.True(Enum.IsDefined(error), $"seed {seed} round {round}: {error}");
        }
    }
}
