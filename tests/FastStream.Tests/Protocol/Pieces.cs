using System.Buffers;
using FastStream.TestKit.Wire;

namespace FastStream.Tests.Protocol;

/// <summary>Cuts an array into a sequence of pieces, as a receiver would get it.</summary>
internal static class Pieces
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, params int[] cuts)
    {
        PieceSegment first = new(bytes.AsMemory(0, cuts.Length == 0 ? bytes.Length : cuts[0]), 0);
        PieceSegment last = first;
        for (int index = 0; index < cuts.Length; index++)
        {
            int end = index + 1 < cuts.Length ? cuts[index + 1] : bytes.Length;
            last = last.Append(bytes.AsMemory(cuts[index], end - cuts[index]));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
