using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// The hash of key tables, random in each process, so that nobody can choose keys that collide. Nothing that leaves
/// the process depends on it.
/// </summary>
/// <remarks>
/// A product alone puts arithmetic sequences of an unlucky step close together, and a checksum alone is linear, so that
/// colliding keys can be chosen whatever its seed. The checksum of the product spreads what the product put close, and
/// what it is of is secret. An instance, not constants: loops keep it in registers.
/// </remarks>
internal readonly struct TableHash
{
    /// <summary>The hash of this process.</summary>
    public static readonly TableHash OfProcess = new(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Random bytes that make a hash.</summary>
    public const int RandomBytes = sizeof(ulong) + sizeof(uint);

    private readonly ulong _multiplier;
    private readonly uint _seed;

    /// <summary>A hash from random bytes.</summary>
    public TableHash(ReadOnlySpan<byte> random)
    {
        _multiplier = BitConverter.ToUInt64(random) | 1; // odd, so that multiplication loses nothing
        _seed = BitConverter.ToUInt32(random[sizeof(ulong)..]);
    }

    /// <summary>Thirty-two mixed bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Of(ulong key) => BitOperations.Crc32C(_seed, key * _multiplier);
}
