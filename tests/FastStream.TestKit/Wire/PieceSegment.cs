using System.Buffers;

namespace FastStream.TestKit.Wire;

/// <summary>A piece of a sequence that is cut the way a receiver would get it.</summary>
internal sealed class PieceSegment : ReadOnlySequenceSegment<byte>
{
    /// <summary>A piece that begins so many bytes into the whole.</summary>
    public PieceSegment(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    /// <summary>Makes the piece that follows this one.</summary>
    public PieceSegment Append(ReadOnlyMemory<byte> memory)
    {
        PieceSegment next = new(memory, RunningIndex + Memory.Length);
        Next = next;
        return next;
    }
}
