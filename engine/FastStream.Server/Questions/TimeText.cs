using System.Globalization;

namespace FastStream.Server.Questions;

/// <summary>
/// Times as text: ISO 8601 in UTC with as many decimals as needed. Reading takes the same, a date, another offset, or
/// whole nanoseconds since 1970; a time without a zone is UTC.
/// </summary>
internal static class TimeText
{
    private const long SecondNs = 1_000_000_000;

    public static string Format(long timeNs)
    {
        long seconds = Math.DivRem(timeNs, SecondNs, out long ns);
        if (ns < 0)
        {
            seconds--;
            ns += SecondNs;
        }

        DateTime time = DateTime.UnixEpoch.AddSeconds(seconds);
        string text = time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return ns == 0
            ? text + "Z"
            : $"{text}.{ns.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }

    /// <summary>False when the text is no time or passes 64 bits of nanoseconds.</summary>
    public static bool TryParse(string text, out long timeNs)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out timeNs))
        {
            return true;
        }

        // Decimals are read here: .NET keeps seven of the nine.
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        long ns = 0;
        if (dot >= 0)
        {
            int end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            ReadOnlySpan<char> digits = text.AsSpan(dot + 1, end - dot - 1);
            if (digits.Length is 0 or > 9)
            {
                return false;
            }

            ns = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
            for (int i = digits.Length; i < 9; i++)
            {
                ns *= 10;
            }

            text = text[..dot] + text[end..];
        }

        string[] forms =
        [
            "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mmK",
            "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss",
        ];
        if (!DateTime.TryParseExact(
            text,
            forms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTime time))
        {
            return false;
        }

        Int128 total = ((Int128)(time - DateTime.UnixEpoch).Ticks * 100) + ns;
        timeNs = (long)Int128.Clamp(total, long.MinValue, long.MaxValue);
        return total == timeNs;
    }
}
