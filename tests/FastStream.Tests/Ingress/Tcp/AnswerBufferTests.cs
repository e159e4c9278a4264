using FastStream.Engine.Ingress.Tcp;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>The chain of pieces that answers are written into: what goes in comes out, and memory goes back.</summary>
public sealed class AnswerBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WhatIsWrittenInPiecesOfAnySizeComesOutAsItWasAndHoldsNothingAfterwards(int seed)
    {
        Random random = new(seed);
        AnswerBuffer buffer = new(new AnswerPieces());
        Queue<byte> expected = new();
        byte next = 0;
        for (int turn = 0; turn < 2_000; turn++)
        {
            int size = random.Next(4) switch
            {
                0 => random.Next(1, AnswerPieces.SmallBytes),
                1 => random.Next(1, AnswerPieces.LargeBytes + 1),
                2 => random.Next(64, 256),
                _ => turn % 50 == 0 ? random.Next(AnswerPieces.LargeBytes, 3 * AnswerPieces.LargeBytes) : 128,
            };
            Span<byte> span = buffer.GetSpan(size);
            Assert.True(span.Length >= size);
            for (int i = 0; i < size; i++)
            {
                span[i] = next;
                expected.Enqueue(next++);
            }

            buffer.Advance(size);
            Assert.Equal(expected.Count, buffer.Bytes);
            Assert.True(buffer.HeldBytes >= buffer.Bytes);
            while (expected.Count > 0 && random.Next(3) > 0)
            {
                ReadOnlySpan<byte> first = buffer.First.Span;
                int count = random.Next(1, first.Length + 1);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(expected.Dequeue(), first[i]);
                }

                buffer.Consume(count);
            }
        }

        buffer.Clear();
        Assert.Equal((0, 0), (buffer.Bytes, buffer.HeldBytes));
        Assert.True(buffer.First.IsEmpty);
    }

    [Fact]
    public void AnEmptyBufferHoldsNoMemoryAndAnAckASmallPiece()
    {
        AnswerBuffer buffer = new(new AnswerPieces());
        Assert.Equal(0, buffer.HeldBytes);
        _ = buffer.GetSpan(128);
        buffer.Advance(128);
        Assert.Equal(AnswerPieces.SmallBytes, buffer.HeldBytes);
        buffer.Consume(128);
        Assert.Equal((0, 0), (buffer.Bytes, buffer.HeldBytes));
    }

    [Fact]
    public void APieceThatWasGivenBackIsTheNextOneThatIsRented()
    {
        AnswerPieces pieces = new();
        AnswerPiece small = pieces.Rent(100, isFirst: true);
        AnswerPiece large = pieces.Rent(100, isFirst: false);
        AnswerPiece huge = pieces.Rent(AnswerPieces.LargeBytes + 1, isFirst: false);
        small.WrittenBytes = 5;
        pieces.Return(small);
        pieces.Return(large);
        pieces.Return(huge); // too large to be kept
        Assert.Throws<ObjectDisposedException>(() => huge.GetSpan().Length);
        Assert.Same(small, pieces.Rent(AnswerPieces.SmallBytes, isFirst: true));
        Assert.Same(large, pieces.Rent(AnswerPieces.SmallBytes + 1, isFirst: true));
        Assert.Equal(0, small.WrittenBytes);
    }
}
