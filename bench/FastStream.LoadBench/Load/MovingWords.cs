using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using FastStream.Protocol;

namespace FastStream.LoadBench.Load;

/// <summary>
/// The event times of a prepared frame: adjacent words of eight bytes that move on by a lap each time the frame is sent
/// again, all of the column when it is raw, its base when it is encoded. Everything else stays, and so does its part of
/// the checksum: a generator that sums up the whole frame again takes a core's time from what is measured.
/// </summary>
/// <remarks>
/// Checksums are linear: that of "before, times, behind" is the times' own, carried on over what is behind (a linear
/// map of 32 bits), plus a constant.
/// </remarks>
internal sealed class MovingWords
{
    private readonly long _lapNs;
    private readonly int _first;
    private readonly int _bytes;
    private readonly uint[] _carried = new uint[32]; // each bit of the times' checksum, carried on
    private readonly uint _rest;

    /// <summary>Finds the words which differ by just a lap in the same frame a lap later.</summary>
    public MovingWords(byte[] frame, byte[] lapLater, long lapNs)
    {
        _lapNs = lapNs;
        List<int> offsets = Find(frame, lapLater, lapNs);
        _first = offsets[0];
        _bytes = offsets.Count * sizeof(long);
        if (offsets[^1] != _first + _bytes - sizeof(long))
        {
            throw new InvalidOperationException("The times of a frame do not lie side by side.");
        }

        byte[] zeros = new byte[frame.Length - _first - _bytes];
        uint ofZeros = Crc32C.Append(0, zeros);
        for (int bit = 0; bit < _carried.Length; bit++)
        {
            _carried[bit] = Crc32C.Append(1u << bit, zeros) ^ ofZeros;
        }

        uint times = Crc32C.Compute(frame.AsSpan(_first, _bytes));
        _rest = Crc32C.Compute(frame.AsSpan(WireFormat.HeaderBytes)) ^ Carry(times);
    }

    /// <summary>Moves the times on by a lap; the checksum of the payload then.</summary>
    public uint Move(byte[] frame)
    {
        Span<byte> bytes = frame.AsSpan(_first, _bytes);
        Span<long> times = MemoryMarshal.Cast<byte, long>(bytes);
        int i = 0;
        for (Vector<long> lap = new(_lapNs); i <= times.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            (new Vector<long>(times[i..]) + lap).CopyTo(times[i..]);
        }

        foreach (ref long time in times[i..])
        {
            time += _lapNs;
        }

        return Carry(Crc32C.Compute(bytes)) ^ _rest;
    }

    private uint Carry(uint checksum)
    {
        uint carried = 0;
        for (int bit = 0; bit < _carried.Length; bit++)
        {
            carried ^= (checksum >> bit & 1) != 0 ? _carried[bit] : 0;
        }

        return carried;
    }

    private static List<int> Find(byte[] frame, byte[] lapLater, long lapNs)
    {
        if (frame.Length != lapLater.Length)
        {
            throw new InvalidOperationException("A frame a lap later has another length: its times cannot be moved.");
        }

        List<int> offsets = [];
        for (int at = WireFormat.HeaderBytes; at + 8 <= frame.Length; at += 8)
        {
            long moved = BinaryPrimitives.ReadInt64LittleEndian(lapLater.AsSpan(at))
                - BinaryPrimitives.ReadInt64LittleEndian(frame.AsSpan(at));
            if (moved == lapNs)
            {
                offsets.Add(at);
            }
            else if (moved != 0)
            {
                throw new InvalidOperationException($"Eight bytes at {at} of a frame move, but not by a lap.");
            }
        }

        return offsets;
    }
}
