namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Valid names for generated inputs.</summary>
internal static class FuzzNames
{
    private const string Allowed = "ABCXYZabcxyz0189_-";

    private static readonly string[] s_texts = ["delay", "Zürich", "東京", "a b", "\u00E9\u0301", "x", "\U0001F600", "ATL", "0"];

    /// <summary>A name as streams and producers have it.</summary>
    public static string Name(FuzzRandom random)
    {
        int length = random.OneIn(32) ? 249 : 1 + random.Skewed(20);
        return string.Create(length, random, static (chars, source) =>
        {
            for (int i = 0; i < chars.Length; i++)
            {
                chars[i] = Allowed[source.Below(Allowed.Length)];
            }
        });
    }

    /// <summary>Any text of a key or label.</summary>
    public static string Text(FuzzRandom random) =>
        random.OneIn(2) ? random.Pick<string>(s_texts) + random.Below(100) : Name(random);
}
