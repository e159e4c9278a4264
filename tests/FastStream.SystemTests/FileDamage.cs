namespace FastStream.SystemTests;

/// <summary>Ways to damage a file behind everybody's back.</summary>
internal static class FileDamage
{
    public static void Flip(string path, params long[] offsets)
    {
        byte[] bytes = File.ReadAllBytes(path);
        foreach (long offset in offsets)
        {
            bytes[offset] ^= 0x10;
        }

        File.WriteAllBytes(path, bytes);
    }

    public static void Zero(string path, long from, long count)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes.AsSpan((int)from, (int)Math.Min(count, bytes.Length - from)).Clear();
        File.WriteAllBytes(path, bytes);
    }

    public static void Truncate(string path, long length)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(length);
    }

    /// <summary>Bytes up to the last one that is not zero: what was written.</summary>
    public static int UsedBytes(string path) => Array.FindLastIndex(File.ReadAllBytes(path), b => b != 0) + 1;
}
