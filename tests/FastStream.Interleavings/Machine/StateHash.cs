namespace FastStream.Interleavings.Machine;

/// <summary>The finaliser of splitmix64: two states of some millions have one hash once in millions of runs.</summary>
internal static class StateHash
{
    public static ulong Mix(ulong z)
    {
        z += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
