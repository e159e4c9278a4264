namespace FastStream.Server.Configuration;

/// <summary>Finds what was probably meant.</summary>
internal static class NearestWord
{
    /// <summary>The known word that takes the fewest changes of letters; null when none is near.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        string? nearest = null;
        int least = Math.Max(3, word.Length / 2);
        foreach (string candidate in known)
        {
            // Each letter too many is a change: a word of another length need not be compared, however long it is.
            if (Math.Abs(word.Length - candidate.Length) >= least)
            {
                continue;
            }

            int distance = Distance(Lower(word), Lower(candidate));
            if (distance < least)
            {
                least = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>"; did you mean X?" or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> known) =>
        Of(word, known) is string near ? $" (did you mean \"{near}\"?)" : "";

    private static string Lower(string word) => string.Create(word.Length, word, (chars, source) =>
    {
        for (int i = 0; i < chars.Length; i++)
        {
            chars[i] = char.ToLowerInvariant(source[i]);
        }
    });

    // Levenshtein's distance, one row at a time.
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                int change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, 1 + Math.Min(above, row[j - 1]));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
