using System.Collections.Concurrent;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Reused pieces of memory for answers: small ones, in which a few acks find room, and large ones for whoever has more
/// to say. Safe for all threads; renting and returning allocate nothing once the pool is warm.
/// </summary>
internal sealed class AnswerPieces
{
    /// <summary>What a connection holds that has an ack to send.</summary>
    internal const int SmallBytes = 1 << 10;

    /// <summary>What it takes when that is full.</summary>
    internal const int LargeBytes = 32 << 10;

    // Kept for later: an ack for each of two thousand connections, and what a dozen readers leave that are cut at a
    // mebibyte each.
    private readonly Shelf _small = new(SmallBytes, 2_048);
    private readonly Shelf _large = new(LargeBytes, 384);

    /// <summary>A piece of at least so many bytes, empty; whoever gets it returns it, once.</summary>
    internal AnswerPiece Rent(int bytes, bool isFirst) =>
        isFirst && bytes <= SmallBytes ? _small.Take()
        : bytes <= LargeBytes ? _large.Take()
        : new AnswerPiece(bytes);

    /// <summary>Takes a piece back.</summary>
    internal void Return(AnswerPiece piece)
    {
        piece.Next = null;
        piece.WrittenBytes = 0;
        Shelf? shelf = piece.CapacityBytes == SmallBytes ? _small : piece.CapacityBytes == LargeBytes ? _large : null;
        if (shelf?.TryKeep(piece) != true)
        {
            piece.Free();
        }
    }

    private sealed class Shelf(int pieceBytes, int mostKept)
    {
        private readonly ConcurrentQueue<AnswerPiece> _kept = new();
        private int _keptCount; // by Interlocked, any thread: at least as many as are in the queue

        internal AnswerPiece Take()
        {
            if (!_kept.TryDequeue(out AnswerPiece? piece))
            {
                return new AnswerPiece(pieceBytes);
            }

            Interlocked.Decrement(ref _keptCount); // partner: TryKeep
            return piece;
        }

        internal bool TryKeep(AnswerPiece piece)
        {
            if (Interlocked.Increment(ref _keptCount) > mostKept) // partner: Take
            {
                Interlocked.Decrement(ref _keptCount);
                return false;
            }

            _kept.Enqueue(piece);
            return true;
        }
    }
}
