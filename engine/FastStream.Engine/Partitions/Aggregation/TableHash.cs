using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// The hash of key tables, random in each process, so that nobody can choose keys that collide. Nothing that leaves
/// the process depends on it.
/// </summary>
internal static class TableHash
{
    private static readonly ulong s_seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    // Odd, so that multiplication loses nothing.
    private static readonly ulong s_multiplier =
        BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    /// <summary>Sixty-four mixed bits; tables take the top ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong key)
    {
        ulong hash = (key ^ s_seed) * s_multiplier;
        hash ^= hash >> 32;
        return hash * 0x9E37_79B9_7F4A_7C15;
    }
}
