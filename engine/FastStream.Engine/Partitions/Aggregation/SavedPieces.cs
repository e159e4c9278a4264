using System.Buffers;
using System.Runtime.InteropServices;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>The form of saved pieces: {u32 bytes, u8 kind, u8 version, u16 0}, then what the kind says.</summary>
internal static class SavedPieces
{
    /// <summary>Version of the pieces written here.</summary>
    public const byte Version = 1;

    private const int HeadBytes = 8;
    private const int WindowBytes = 33;

    /// <summary>Begins a piece; returns where.</summary>
    public static int Begin(ByteSink sink, SavedPiece kind)
    {
        int at = sink.Count;
        sink.Append(0);
        sink.Append((byte)kind);
        sink.Append(Version);
        sink.Append((ushort)0);
        return at;
    }

    /// <summary>Ends the piece that began there.</summary>
    public static void End(ByteSink sink, int at) => sink.PatchInt32(at, sink.Count - at);

    /// <summary>
    /// Writes a window's description: {u32 view, i64 window, i64 cause, u8 closed, u64 signature, u32 rows}. Returns
    /// where the rows are counted, which are 0 for now.
    /// </summary>
    public static int AppendWindow(ByteSink sink, in KeptRun window)
    {
        sink.Append(window.View.Id);
        sink.Append(window.Window);
        sink.Append(window.CauseAddress);
        sink.Append((byte)(window.IsClosed ? 1 : 0));
        sink.Append(window.View.Plan.Signature);
        int rows = sink.Count;
        sink.Append(0);
        return rows;
    }

    /// <summary>The first of the pieces.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> pieces) => pieces[..MemoryMarshal.Read<int>(pieces)];

    /// <summary>How many cells fit in a piece of so many bytes.</summary>
    public static int CellsIn(int bytes) => Math.Max(0, bytes - HeadBytes - WindowBytes) >> FieldCell.Log2Bytes;

    /// <summary>Writes a piece with the first cells of a run; returns its bytes. The sink is scratch.</summary>
    public static unsafe int WriteCells(IBufferWriter<byte> chunk, in KeptRun run, int count, ByteSink head)
    {
        head.Clear();
        int at = Begin(head, SavedPiece.Cells);
        int rows = AppendWindow(head, run);
        int bytes = head.Count + (count << FieldCell.Log2Bytes);
        head.PatchInt32(at, bytes);
        head.PatchInt32(rows, count);
        chunk.Write(head.Written);
        chunk.Write(new ReadOnlySpan<byte>(run.Cells, count << FieldCell.Log2Bytes));
        return bytes;
    }

    /// <summary>Takes the next piece off the chunk; false at its end.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> chunk, out SavedPiece kind, out ReadOnlySpan<byte> content)
    {
        kind = 0;
        content = default;
        if (chunk.IsEmpty)
        {
            return false;
        }

        ByteSource head = new(chunk);
        int bytes = head.Read<int>();
        kind = (SavedPiece)head.Read<byte>();
        byte version = head.Read<byte>();
        if (version != Version || bytes < HeadBytes || bytes > chunk.Length)
        {
            throw new InvalidDataException(
                $"A saved piece has version {version}, not {Version}, "
                + $"or {bytes} bytes of the {chunk.Length} there are.");
        }

        content = chunk[HeadBytes..bytes];
        chunk = chunk[bytes..];
        return true;
    }
}
