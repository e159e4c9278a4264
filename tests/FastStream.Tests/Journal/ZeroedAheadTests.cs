using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

public sealed class ZeroedAheadTests : IDisposable
{
    private const long SegmentBytes = 1 << 20;
    private const int Block = DurableFile.BlockBytes;

    private readonly TemporaryFolder _folder = new();
    private readonly ZeroedAhead _zeroed;

    public ZeroedAheadTests()
    {
        LogImage.Write(_folder["log"], ["any"], commitEvery: 1);
        LogGeometry tiny = LogManifest.Read("journal", _folder["log"])!;
        Assert.Equal(64 << 10, tiny.SegmentBytes);
        _zeroed = new ZeroedAhead(tiny);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItBeginsBehindTheLastWriteAndEndsWithItsSegment()
    {
        _zeroed.NoteWrite(0, Block);
        Assert.True(_zeroed.TryTake(SegmentBytes, out long address, out int bytes));
        Assert.Equal((Block, (64 << 10) - Block), (address, bytes));
    }

    [Fact]
    public void NothingIsOverwrittenTwice()
    {
        long next = Block;
        _zeroed.NoteWrite(0, Block);
        while (_zeroed.TryTake(SegmentBytes, out long address, out int bytes))
        {
            Assert.Equal(next, address);
            next = address + bytes;
        }

        Assert.InRange(next, Block + (ZeroedAhead.StepBytes / 4), Block + ZeroedAhead.StepBytes);
    }

    [Fact]
    public void ItNeverPassesTheEndOfWhatIsAllocated()
    {
        _zeroed.NoteWrite(0, Block);
        Assert.True(_zeroed.TryTake(3 * Block, out long address, out int bytes));
        Assert.Equal((Block, 2 * Block), (address, bytes));
        Assert.False(_zeroed.TryTake(3 * Block, out _, out _));
        Assert.False(_zeroed.TryTake(Block, out _, out _));
    }

    [Fact]
    public void AfterALargeWriteTheSpaceIsUsedAsItIs()
    {
        _zeroed.NoteWrite(0, ZeroedAhead.SmallWriteBytes + Block);
        Assert.False(_zeroed.TryTake(SegmentBytes, out _, out _));
        _zeroed.NoteWrite(ZeroedAhead.SmallWriteBytes + Block, Block);
        Assert.True(_zeroed.TryTake(SegmentBytes, out _, out _));
    }

    [Fact]
    public void NothingBelowAWriteIsEverOverwritten()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        long end = 0;
        for (int turn = 0; turn < 20_000; turn++)
        {
            int bytes = Block * (random.Next(4) == 0 ? random.Next(1, 40) : random.Next(1, 8));
            _zeroed.NoteWrite(end, bytes);
            end += bytes;
            while (random.Next(3) > 0 && _zeroed.TryTake(end + random.Next(1 << 20), out long address, out int zeros))
            {
                Assert.True(address >= end && zeros > 0, $"seed {seed}, turn {turn}: zeros at {address}, written to {end}");
                Assert.True(address / (64 << 10) == (address + zeros - 1) / (64 << 10), $"seed {seed}, turn {turn}: two segments");
            }
        }
    }
}
