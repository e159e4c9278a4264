using System.Buffers;

namespace FastStream.Tests.Protocol;

/// <summary>Cuts an array into a sequence of pieces, as a receiver would get it.</summary>
internal static class Pieces
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, params int[] cuts)
    {
        Piece first = new(bytes.AsMemory(0, cuts.Length == 0 ? bytes.Length : cuts[0]), 0);
        Piece last = first;
        for (int index = 0; index < cuts.Length; index++)
        {
            int end = index + 1 < cuts.Length ? cuts[index + 1] : bytes.Length;
            last = last.Append(bytes.AsMemory(cuts[index], end - cuts[index]));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            Piece next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
