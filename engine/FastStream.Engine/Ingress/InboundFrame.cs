using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>
/// A frame inside the engine: its bytes as received, its decoded columns, and its records by partition. Pooled.
/// </summary>
/// <remarks>
/// Ownership goes with the work: pump -> inbox -> sequencer -> ring slot -> delivery, which returns it. The block holds
/// [frame bytes][scratch of decoding][u16 row indexes, partition by partition]; nobody writes it after publishing.
/// </remarks>
internal sealed unsafe class InboundFrame
{
    private BlockLease _block;
    private BlockLease _progress;
    private ushort* _rows;
    private int[] _rowStarts = [];

    public Session? Session { get; private set; }

    public FrameHeader Header { get; private set; }

    /// <summary>Bytes of the whole frame, which start at <see cref="Bytes"/>.</summary>
    public int FrameBytes { get; private set; }

    /// <summary>What its session's account of bytes in flight was charged for it.</summary>
    public int ClaimedBytes { get; private set; }

    /// <summary>What decoding said; an undecodable frame is journaled as a tombstone.</summary>
    public FrameError Fault { get; set; }

    /// <summary>The decoded columns; they point into the block.</summary>
    public RecordBatch Batch { get; } = new();

    /// <summary>Whether rows have been split by partition; false when the frame's key ids are not known yet.</summary>
    public bool IsIndexed => _rows != null;

    /// <summary>First byte of the block.</summary>
    public byte* Pointer => _block.Pointer;

    public ReadOnlySpan<byte> Bytes => new(_block.Pointer, FrameBytes);

    public ReadOnlySpan<byte> Payload => new(_block.Pointer + WireFormat.HeaderBytes, Header.PayloadBytes);

    /// <summary>Running maximum of event times before each record; null when no record can be late or future.</summary>
    public long* PrefixProgress => _progress.IsHeld ? (long*)_progress.Pointer : null;

    /// <summary>Room for one row index a record, behind the decoded columns.</summary>
    public ushort* RowSpace { get; set; }

    /// <summary>Takes a block whose first bytes are (or will be) the frame.</summary>
    public void Take(Session? session, in FrameHeader header, BlockLease block, int claimedBytes)
    {
        ClaimedBytes = claimedBytes;
        Session = session;
        Header = header;
        FrameBytes = header.FrameBytes;
        RowSpace = null;
        Fault = FrameError.None;
        _block = block;
        _rows = null;
    }

    /// <summary>The records of one partition, as ascending indexes into the frame.</summary>
    public ReadOnlySpan<ushort> Rows(int partition) =>
        new(_rows + _rowStarts[partition], _rowStarts[partition + 1] - _rowStarts[partition]);

    /// <summary>Sets the rows by partition; <paramref name="rows"/> lies in the block or is static.</summary>
    public void SetRows(ushort* rows, ReadOnlySpan<int> starts)
    {
        if (_rowStarts.Length < starts.Length)
        {
            _rowStarts = new int[starts.Length];
        }

        starts.CopyTo(_rowStarts);
        _rows = rows;
    }

    /// <summary>Takes the block that holds the running maximum.</summary>
    public void TakePrefixProgress(BlockLease progress) => _progress = progress;

    /// <summary>Gives the blocks back; the object may go to its pool.</summary>
    public void Release()
    {
        _block.Dispose();
        _progress.Dispose();
        _block = default;
        _progress = default;
        _rows = null;
        Session = null;
    }
}
