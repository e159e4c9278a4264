using System.Numerics;
using System.Runtime.InteropServices;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Client;

/// <summary>
/// The ids of text keys: dense, in the order of first use. Looked up and extended by the application's thread; the
/// sending thread reads the names that it has not announced yet. Adding and announcing share a lock, looking up a known
/// key takes none: table and ends are the application's, and the names behind an id never change.
/// </summary>
internal sealed class KeyDictionary(uint firstId)
{
    private readonly Lock _gate = new();
    private readonly uint _firstId = firstId;
    private byte[] _names = new byte[4_096];
    private int[] _ends = new int[256];
    private int[] _table = NewTable(512);
    private int _count;
    private int _announced;

    /// <summary>Ids given so far, announced before this process included.</summary>
    public uint Count => _firstId + (uint)_count;

    /// <summary>Ids announced so far. Sending thread.</summary>
    public uint AnnouncedCount => _firstId + (uint)_announced;

    /// <summary>The id of a key, new or known. Allocates only when a table grows. Application's thread.</summary>
    public uint IdOf(ReadOnlySpan<byte> name)
    {
        uint hash = Hash(name);
        int mask = _table.Length - 1;
        for (int slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            int index = _table[slot];
            if (index < 0)
            {
                return Add(name, slot);
            }

            if (Name(index).SequenceEqual(name))
            {
                return _firstId + (uint)index;
            }
        }
    }

    /// <summary>Whether there are names that no dictionary frame has carried. Sending thread.</summary>
    public bool HasUnannounced()
    {
        lock (_gate)
        {
            return _announced < _count;
        }
    }

    /// <summary>Writes a dictionary frame with as many new names as fit. Sending thread.</summary>
    public int WriteFrame(Span<byte> frame, ulong sequence)
    {
        lock (_gate)
        {
            DictionaryFrameBuilder builder = new(frame, AnnouncedCount);
            while (_announced < _count && builder.TryAdd(Name(_announced)))
            {
                _announced++;
            }

            return builder.Finish(sequence);
        }
    }

    private uint Add(ReadOnlySpan<byte> name, int slot)
    {
        if (name.Length is 0 or > WireFormat.MaxNameBytes)
        {
            throw new ArgumentException($"A key has 1 to 249 bytes of UTF-8, not {name.Length}.", nameof(name));
        }

        int index = _count;
        lock (_gate)
        {
            int start = index == 0 ? 0 : _ends[index - 1];
            Grow(ref _names, start + name.Length);
            Grow(ref _ends, index + 1);
            name.CopyTo(_names.AsSpan(start));
            _ends[index] = start + name.Length;
            _count = index + 1;
        }

        _table[slot] = index;
        if (_count * 2 > _table.Length)
        {
            Rehash();
        }

        return _firstId + (uint)index;
    }

    private void Rehash()
    {
        int[] table = NewTable(_table.Length * 2);
        int mask = table.Length - 1;
        for (int index = 0; index < _count; index++)
        {
            int slot = (int)Hash(Name(index)) & mask;
            while (table[slot] >= 0)
            {
                slot = (slot + 1) & mask;
            }

            table[slot] = index;
        }

        _table = table;
    }

    private ReadOnlySpan<byte> Name(int index)
    {
        int start = index == 0 ? 0 : _ends[index - 1];
        return _names.AsSpan(start, _ends[index] - start);
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        if (needed > array.Length)
        {
            Array.Resize(ref array, Math.Max(needed, array.Length * 2));
        }
    }

    private static int[] NewTable(int length)
    {
        int[] table = new int[length];
        Array.Fill(table, -1);
        return table;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        uint hash = (uint)name.Length;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(name);
        foreach (ulong word in words)
        {
            hash = BitOperations.Crc32C(hash, word);
        }

        foreach (byte value in name[(words.Length * sizeof(ulong))..])
        {
            hash = BitOperations.Crc32C(hash, value);
        }

        // The table looks at the low bits, into which the last bytes have hardly been mixed yet.
        hash *= 0x9E37_79B1;
        return hash ^ (hash >> 15);
    }
}
