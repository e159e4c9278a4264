using System.Buffers;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Whole frames on their way out, in a chain of pieces: filled at its end, sent from its beginning. Empty it holds no
/// memory.
/// </summary>
/// <remarks>
/// Owner: an outbox, under its guard; but the bytes of <see cref="First"/> may be read outside while they are sent,
/// since nothing but <see cref="Consume"/> gives a piece back.
/// </remarks>
internal sealed class AnswerBuffer(AnswerPieces pieces) : IBufferWriter<byte>
{
    private AnswerPiece? _first;
    private AnswerPiece? _last;
    private int _consumedBytes; // of the first piece

    /// <summary>Bytes that are not consumed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Capacity of its pieces.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>The bytes at its beginning that lie in one piece; empty when there are none.</summary>
    public ReadOnlyMemory<byte> First =>
        _first is AnswerPiece piece ? piece.Memory[_consumedBytes..piece.WrittenBytes] : default;

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_last is null || _last.CapacityBytes - _last.WrittenBytes < Math.Max(1, sizeHint))
        {
            AddPiece(Math.Max(1, sizeHint));
        }

        return _last!.GetSpan()[_last.WrittenBytes..];
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int bytes = GetSpan(sizeHint).Length;
        return _last!.Memory.Slice(_last.WrittenBytes, bytes);
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        AnswerPiece last = _last ?? throw new InvalidOperationException("there is no span to advance in");
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(last.CapacityBytes - last.WrittenBytes));
        last.WrittenBytes += count;
        Bytes += count;
    }

    /// <summary>So many bytes of <see cref="First"/> have left; the piece goes back once all of it has.</summary>
    public void Consume(int count)
    {
        AnswerPiece first = _first ?? throw new InvalidOperationException("there is nothing to consume");
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(first.WrittenBytes - _consumedBytes));
        _consumedBytes += count;
        Bytes -= count;
        if (_consumedBytes == first.WrittenBytes)
        {
            ReturnFirst(first);
        }
    }

    /// <summary>Gives everything back. Nobody may be sending from it.</summary>
    public void Clear()
    {
        while (_first is AnswerPiece first)
        {
            ReturnFirst(first);
        }

        Bytes = 0;
    }

    private void AddPiece(int bytes)
    {
        AnswerPiece piece = pieces.Rent(bytes, isFirst: _last is null);
        HeldBytes += piece.CapacityBytes;
        if (_last is null)
        {
            _first = piece;
        }
        else
        {
            _last.Next = piece;
        }

        _last = piece;
    }

    private void ReturnFirst(AnswerPiece first)
    {
        _first = first.Next;
        _last = _first is null ? null : _last;
        _consumedBytes = 0;
        HeldBytes -= first.CapacityBytes;
        pieces.Return(first);
    }
}
