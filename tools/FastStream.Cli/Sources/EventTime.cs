using System.Globalization;

namespace FastStream.Cli.Sources;

/// <summary>Converts between text and event time: nanoseconds since the Unix epoch, UTC, in 64 bits.</summary>
internal static class EventTime
{
    public const long NsPerSecond = 1_000_000_000;
    private const long NsPerTick = 100;
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    /// <summary>ISO text with as many decimals as the value needs.</summary>
    public static string Format(long ns)
    {
        long seconds = Math.DivRem(ns, NsPerSecond, out long rest);
        if (rest < 0)
        {
            seconds--;
            rest += NsPerSecond;
        }

        DateTime whole = new(UnixEpochTicks + (seconds * TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        string text = whole.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        if (rest == 0)
        {
            return text + "Z";
        }

        string decimals = rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return text + "." + decimals + "Z";
    }

    /// <summary>False when the moment does not fit into 64 bits of nanoseconds (1677-09-21 .. 2262-04-11).</summary>
    public static bool TryFromDateTime(DateTime utc, out long ns)
    {
        Int128 wide = (Int128)(utc.Ticks - UnixEpochTicks) * NsPerTick;
        return TryNarrow(wide, out ns);
    }

    public static bool TryNarrow(Int128 wide, out long ns)
    {
        bool fits = wide >= long.MinValue && wide <= long.MaxValue;
        ns = fits ? (long)wide : 0;
        return fits;
    }

    /// <summary>
    /// Reads <c>yyyy-MM-dd[(T| )HH:mm[:ss[(.|,)f..]]][Z|+hh[[:]mm]|-hh[[:]mm]]</c>, the whole text. Without an offset
    /// it is UTC. Up to nine decimals count; more are refused, for they would be lost silently.
    /// </summary>
    public static bool TryParseIso(ReadOnlySpan<char> text, out long ns)
    {
        ns = 0;
        if (!TryDate(ref text, out DateOnly date))
        {
            return false;
        }

        long ofDayNs = 0;
        long offsetNs = 0;
        if (text.Length > 0)
        {
            if (text[0] is not ('T' or 't' or ' '))
            {
                return false;
            }

            text = text[1..];
            if (!TryTimeOfDay(ref text, out ofDayNs) || !TryOffset(ref text, out offsetNs) || text.Length > 0)
            {
                return false;
            }
        }

        long dayTicks = date.ToDateTime(TimeOnly.MinValue).Ticks - UnixEpochTicks;
        return TryNarrow(((Int128)dayTicks * NsPerTick) + ofDayNs - offsetNs, out ns);
    }

    private static bool TryDate(ref ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out int year) || !TryDigits(text.Slice(5, 2), out int month)
            || !TryDigits(text.Slice(8, 2), out int day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateOnly(year, month, day);
        text = text[10..];
        return true;
    }

    private static bool TryTimeOfDay(ref ReadOnlySpan<char> text, out long ns)
    {
        ns = 0;
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out int hour)
            || !TryDigits(text.Slice(3, 2), out int minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        text = text[5..];
        int second = 0;
        long fractionNs = 0;
        if (text.Length >= 3 && text[0] == ':')
        {
            if (!TryDigits(text.Slice(1, 2), out second) || second > 59)
            {
                return false;
            }

            text = text[3..];
            if (text.Length > 0 && text[0] is '.' or ',' && !TryFraction(ref text, out fractionNs))
            {
                return false;
            }
        }

        ns = ((((hour * 60L) + minute) * 60) + second) * NsPerSecond + fractionNs;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<char> text, out long ns)
    {
        ns = 0;
        int digits = 0;
        while (digits + 1 < text.Length && char.IsAsciiDigit(text[digits + 1]))
        {
            digits++;
        }

        if (digits is 0 or > 9)
        {
            return false;
        }

        for (int i = 1; i <= 9; i++)
        {
            ns = (ns * 10) + (i <= digits ? text[i] - '0' : 0);
        }

        text = text[(digits + 1)..];
        return true;
    }

    private static bool TryOffset(ref ReadOnlySpan<char> text, out long ns)
    {
        ns = 0;
        if (text.Length == 0)
        {
            return true;
        }

        if (text[0] is 'Z' or 'z')
        {
            text = text[1..];
            return true;
        }

        bool negative = text[0] == '-';
        if ((!negative && text[0] != '+') || text.Length < 3
            || !TryDigits(text.Slice(1, 2), out int hours) || hours > 18)
        {
            return false;
        }

        text = text[3..];
        int minutes = 0;
        if (text.Length > 0)
        {
            text = text[0] == ':' ? text[1..] : text;
            if (text.Length != 2 || !TryDigits(text, out minutes) || minutes > 59)
            {
                return false;
            }

            text = [];
        }

        ns = ((hours * 60L) + minutes) * 60 * NsPerSecond;
        ns = negative ? -ns : ns;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
