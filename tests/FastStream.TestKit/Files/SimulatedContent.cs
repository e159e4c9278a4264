using FastStream.Engine.Journal;

namespace FastStream.TestKit.Files;

/// <summary>The bytes of one file twice: as a process sees them, and as they lie on the disk.</summary>
internal sealed class SimulatedContent
{
    private const int SectorBytes = 512;
    private const int BlockBytes = DurableFile.BlockBytes;

    private readonly Dictionary<long, byte[]> _seen = [];
    private readonly Dictionary<long, byte[]> _onDisk = [];
    private readonly HashSet<long> _dirty = [];
    private long _lengthOnDisk;

    internal long LengthBytes { get; private set; }

    internal SimulatedContent Copy()
    {
        SimulatedContent copy = new() { LengthBytes = LengthBytes, _lengthOnDisk = _lengthOnDisk };
        CopyBlocks(_seen, copy._seen);
        CopyBlocks(_onDisk, copy._onDisk);
        copy._dirty.UnionWith(_dirty);
        foreach (long block in _dirty.Where(_seen.ContainsKey))
        {
            copy._seen[block] = [.. _seen[block]]; // a dirty block is changed in place
        }

        return copy;
    }

    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        LengthBytes = Math.Max(LengthBytes, offset + bytes.Length);
        while (!bytes.IsEmpty)
        {
            (long block, int at) = (offset / BlockBytes, (int)(offset % BlockBytes));
            int count = Math.Min(bytes.Length, BlockBytes - at);
            bytes[..count].CopyTo(BlockToChange(block).AsSpan(at));
            bytes = bytes[count..];
            offset += count;
        }
    }

    internal int Read(long offset, Span<byte> bytes)
    {
        int count = (int)Math.Clamp(LengthBytes - offset, 0, bytes.Length);
        bytes = bytes[..count];
        while (!bytes.IsEmpty)
        {
            (long block, int at) = (offset / BlockBytes, (int)(offset % BlockBytes));
            int part = Math.Min(bytes.Length, BlockBytes - at);
            if (_seen.TryGetValue(block, out byte[]? held))
            {
                held.AsSpan(at, part).CopyTo(bytes);
            }
            else
            {
                bytes[..part].Clear();
            }

            bytes = bytes[part..];
            offset += part;
        }

        return count;
    }

    internal void Extend(long lengthBytes) => LengthBytes = Math.Max(LengthBytes, lengthBytes);

    internal void Truncate(long lengthBytes)
    {
        LengthBytes = lengthBytes;
        foreach (long block in _seen.Keys.Where(block => block * BlockBytes >= lengthBytes).ToArray())
        {
            _seen.Remove(block);
            _dirty.Add(block);
        }
    }

    internal void Flush()
    {
        foreach (long block in _dirty)
        {
            Settle(block);
        }

        _dirty.Clear();
        _lengthOnDisk = LengthBytes;
    }

    /// <summary>A flush that fails: the disk has nothing of it, and nobody will try again.</summary>
    internal void FailFlush() => _dirty.Clear();

    internal void CutPower(Survival survival, Random random)
    {
        foreach (long block in _dirty)
        {
            if (survival == Survival.Everything || (survival == Survival.AtRandom && random.Next(2) == 0))
            {
                Settle(block);
            }
            else if (survival == Survival.AtRandom && random.Next(4) == 0)
            {
                Tear(block, random);
            }
        }

        bool hasLength = survival == Survival.Everything || (survival == Survival.AtRandom && random.Next(2) == 0);
        _lengthOnDisk = hasLength ? LengthBytes : _lengthOnDisk;
        LengthBytes = _lengthOnDisk;
        _dirty.Clear();
        _seen.Clear();
        CopyBlocks(_onDisk, _seen);
    }

    private static void CopyBlocks(Dictionary<long, byte[]> from, Dictionary<long, byte[]> to)
    {
        foreach ((long block, byte[] bytes) in from)
        {
            to[block] = bytes;
        }
    }

    // A block that is not dirty is the same array on both sides: the first change makes another.
    private byte[] BlockToChange(long block)
    {
        if (_dirty.Add(block) || !_seen.TryGetValue(block, out byte[]? bytes))
        {
            bytes = _seen.TryGetValue(block, out byte[]? clean) ? [.. clean] : new byte[BlockBytes];
            _seen[block] = bytes;
        }

        return bytes;
    }

    private void Settle(long block)
    {
        if (_seen.TryGetValue(block, out byte[]? bytes))
        {
            _onDisk[block] = bytes;
        }
        else
        {
            _onDisk.Remove(block);
        }
    }

    // Any of a block's sectors may be the new one.
    private void Tear(long block, Random random)
    {
        byte[] torn = _onDisk.TryGetValue(block, out byte[]? old) ? [.. old] : new byte[BlockBytes];
        for (int sector = 0; sector < BlockBytes; sector += SectorBytes)
        {
            if (random.Next(2) == 0 && _seen.TryGetValue(block, out byte[]? bytes))
            {
                bytes.AsSpan(sector, SectorBytes).CopyTo(torn.AsSpan(sector));
            }
        }

        _onDisk[block] = torn;
    }
}
