using System.Globalization;

namespace FastStream.Engine.Definitions;

/// <summary>
/// Durations as text: a whole number and a unit, <c>ns us ms s m h d</c>. Written with the largest unit that divides
/// the value, so that a definition reads the same after a round trip.
/// </summary>
public static class DurationText
{
    private static readonly (string Name, long Ns)[] s_units =
    [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ];

    /// <summary>The text of a duration, such as <c>90m</c>; zero is <c>0s</c>.</summary>
    public static string Format(long durationNs)
    {
        if (durationNs == 0)
        {
            return "0s";
        }

        foreach ((string name, long ns) in s_units)
        {
            if (durationNs % ns == 0)
            {
                return (durationNs / ns).ToString(CultureInfo.InvariantCulture) + name;
            }
        }

        throw new InvalidOperationException("unreachable: every duration is a multiple of 1 ns");
    }

    /// <summary>Reads a duration; false when it is none, is negative, or passes 64 bits of nanoseconds.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long durationNs)
    {
        durationNs = 0;
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        if (!long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            return false;
        }

        ReadOnlySpan<char> unit = text[digits..];
        foreach ((string name, long ns) in s_units)
        {
            if (unit.SequenceEqual(name) && count <= long.MaxValue / ns)
            {
                durationNs = count * ns;
                return true;
            }
        }

        return false;
    }

    /// <summary>A span of time in nanoseconds; refuses what 64 bits cannot hold.</summary>
    internal static long ToNs(TimeSpan value) => checked(value.Ticks * TimeSpan.NanosecondsPerTick);
}
