using System.Globalization;

namespace FastStream.Cli.Commands;

/// <summary>Durations on the command line: a whole number and ns, us, ms, s, m, h or d; 0 needs no unit.</summary>
internal static class DurationOption
{
    private static readonly (string Unit, long Ns)[] s_units =
    [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ];

    public static long Parse(string option, string text)
    {
        string digits = text.TrimEnd("abcdefghijklmnopqrstuvwxyz".ToCharArray());
        string unit = text[digits.Length..];
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            foreach ((string name, long ns) in s_units)
            {
                if (name == unit && count <= long.MaxValue / ns)
                {
                    return count * ns;
                }
            }

            if (count == 0 && unit.Length == 0)
            {
                return 0;
            }
        }

        throw new CommandFailure(ExitCode.Usage, $"{option} \"{text}\" is no duration; write it like 250ms, "
            + "5s, 10m, 1h or 2d");
    }
}
