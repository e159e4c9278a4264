using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

public sealed class LogProgressTests
{
    private readonly LogProgress _progress = new(4096);

    [Fact]
    public void ACommitIsDurableWithTheFlushOfItsLastWrite()
    {
        _progress.CommitTo(12_288);
        _progress.Written(4096, 8192);
        Assert.False(_progress.Flushed(4096, 8192));
        Assert.Equal((8192, 4096), (_progress.WrittenAddress, _progress.DurableAddress));
        _progress.Written(8192, 12_288);
        Assert.True(_progress.Flushed(8192, 12_288));
        Assert.Equal(12_288, _progress.DurableAddress);
    }

    [Fact]
    public void AHoleBeforeTheEndOfACommitKeepsItFromBeingDurable()
    {
        _progress.CommitTo(12_288);
        Assert.False(_progress.Flushed(8192, 12_288));
        Assert.Equal(4096, _progress.DurableAddress);
        Assert.True(_progress.Flushed(4096, 8192));
        Assert.Equal(12_288, _progress.DurableAddress);
    }

    [Fact]
    public void WhatWasFlushedBeyondACommitIsNotDurableBeforeTheNextOne()
    {
        _progress.CommitTo(8192);
        Assert.True(_progress.Flushed(4096, 16_384)); // a full page, of which the commit is a part
        Assert.Equal(8192, _progress.DurableAddress);
        _progress.CommitTo(16_384);
        _progress.Committed(); // FASTER has nothing to write for it
        Assert.Equal(16_384, _progress.DurableAddress);
    }

    [Fact]
    public void ACallbackThatComesLateTakesNothingBack()
    {
        _progress.CommitTo(8192);
        Assert.True(_progress.Flushed(4096, 8192));
        Assert.False(_progress.Flushed(8192, 12_288)); // told once
        _progress.Committed();
        Assert.Equal(8192, _progress.DurableAddress);
    }

    [Fact]
    public void NothingBecomesDurableAfterAFault()
    {
        _progress.CommitTo(8192);
        _progress.Stop();
        Assert.False(_progress.Flushed(4096, 8192));
        _progress.Committed();
        Assert.Equal(4096, _progress.DurableAddress);
    }
}
