using System.Runtime.InteropServices;
using FastStream.Engine.Journal;

namespace FastStream.Simulation.Disk;

/// <summary>The part of a log that has not been flushed yet, block by block; blocks are used again.</summary>
internal sealed class PageMemory : IDisposable
{
    private const int BlockBytes = DurableFile.BlockBytes;
    private const int MostSpares = 256;

    [ThreadStatic]
    private static Stack<byte[]>? t_spares;

    [ThreadStatic]
    private static byte[]? t_copy;

    private readonly Dictionary<long, byte[]> _blocks = [];

    /// <summary>A number, little-endian.</summary>
    public void Write(long address, int value) => Write(address, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    /// <summary>Bytes, over block borders.</summary>
    public void Write(long address, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            (long block, int at) = (address / BlockBytes, (int)(address % BlockBytes));
            int count = Math.Min(bytes.Length, BlockBytes - at);
            bytes[..count].CopyTo(BlockOf(block).AsSpan(at));
            bytes = bytes[count..];
            address += count;
        }
    }

    /// <summary>A copy, valid until the next one on this thread; what was never written is zero.</summary>
    public ReadOnlySpan<byte> Read(long address, int count)
    {
        if (t_copy is null || t_copy.Length < count)
        {
            t_copy = new byte[count];
        }

        byte[] copy = t_copy;
        copy.AsSpan(0, count).Clear();
        for (int done = 0; done < count; done += BlockBytes)
        {
            if (_blocks.TryGetValue((address + done) / BlockBytes, out byte[]? block))
            {
                block.CopyTo(copy, done);
            }
        }

        return copy.AsSpan(0, count);
    }

    /// <summary>Everything below is in the file.</summary>
    public void Forget(long before)
    {
        foreach (long block in _blocks.Keys.Where(block => (block + 1) * BlockBytes <= before).ToArray())
        {
            Spare(_blocks[block]);
            _blocks.Remove(block);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (byte[] block in _blocks.Values)
        {
            Spare(block);
        }

        _blocks.Clear();
    }

    private byte[] BlockOf(long block)
    {
        if (!_blocks.TryGetValue(block, out byte[]? bytes))
        {
            if (t_spares is { Count: > 0 } spares)
            {
                bytes = spares.Pop();
                bytes.AsSpan().Clear();
            }
            else
            {
                bytes = new byte[BlockBytes];
            }

            _blocks.Add(block, bytes);
        }

        return bytes;
    }

    private static void Spare(byte[] block)
    {
        t_spares ??= new Stack<byte[]>();
        if (t_spares.Count < MostSpares)
        {
            t_spares.Push(block);
        }
    }
}
