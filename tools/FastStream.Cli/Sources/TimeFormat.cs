using System.Globalization;

namespace FastStream.Cli.Sources;

/// <summary>
/// How the time column of one source is read. Chosen once, by option or from the first rows, and then held for the
/// whole source: a column that changed its meaning half-way would be worse than a refused line.
/// </summary>
internal sealed class TimeFormat
{
    /// <summary>
    /// Magnitudes that tell the units apart: seconds stay below 1e11 until the year 5138, and so on by 1,000.
    /// </summary>
    private const double SecondsBelow = 1e11;
    private const double MillisecondsBelow = 1e14;
    private const double MicrosecondsBelow = 1e17;

    private static readonly string[] s_unambiguousFormats =
    [
        "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd HH:mm", "yyyy/MM/dd", "yyyyMMdd'T'HHmmss'Z'", "yyyyMMdd'T'HHmmss",
        "dd.MM.yyyy HH:mm:ss", "dd.MM.yyyy HH:mm", "dd.MM.yyyy",
    ];

    private readonly string? _custom;

    private TimeFormat(TimeFormatKind kind, string? custom = null)
    {
        Kind = kind;
        _custom = custom;
    }

    public TimeFormatKind Kind { get; }

    /// <summary>The option's text: <c>iso</c>, <c>date</c>, <c>unix-s|ms|us|ns</c> or a .NET format.</summary>
    public static TimeFormat FromOption(string text)
    {
        return text switch
        {
            "iso" or "date" => new TimeFormat(TimeFormatKind.Iso),
            "unix-s" => new TimeFormat(TimeFormatKind.UnixSeconds),
            "unix-ms" => new TimeFormat(TimeFormatKind.UnixMilliseconds),
            "unix-us" => new TimeFormat(TimeFormatKind.UnixMicroseconds),
            "unix-ns" => new TimeFormat(TimeFormatKind.UnixNanoseconds),
            _ when IsDateFormat(text) => new TimeFormat(TimeFormatKind.Custom, text),
            _ => throw new CommandFailure(ExitCode.Usage,
                $"--time-format \"{text}\" is not known; use iso, date, unix-s, unix-ms, unix-us, unix-ns "
                + "or a .NET format such as \"dd.MM.yyyy HH:mm:ss\""),
        };
    }

    /// <summary>The format that reads every sample, or null.</summary>
    public static TimeFormat? Infer(IReadOnlyList<string> samples)
    {
        if (samples.Count == 0)
        {
            return null;
        }

        if (samples.All(s => EventTime.TryParseIso(s.AsSpan().Trim(), out _)))
        {
            return new TimeFormat(TimeFormatKind.Iso);
        }

        double largest = 0;
        if (samples.All(s => NumberText.TryParse(s, decimalComma: false, out double v) && Grows(v, ref largest)))
        {
            TimeFormatKind kind = largest switch
            {
                < SecondsBelow => TimeFormatKind.UnixSeconds,
                < MillisecondsBelow => TimeFormatKind.UnixMilliseconds,
                < MicrosecondsBelow => TimeFormatKind.UnixMicroseconds,
                _ => TimeFormatKind.UnixNanoseconds,
            };
            return new TimeFormat(kind);
        }

        foreach (string format in s_unambiguousFormats)
        {
            TimeFormat candidate = new(TimeFormatKind.Custom, format);
            if (samples.All(s => candidate.TryParse(s, out _)))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>The whole text, or false.</summary>
    public bool TryParse(ReadOnlySpan<char> text, out long ns)
    {
        text = text.Trim();
        return Kind switch
        {
            TimeFormatKind.Iso => EventTime.TryParseIso(text, out ns),
            TimeFormatKind.UnixSeconds => TryUnix(text, EventTime.NsPerSecond, out ns),
            TimeFormatKind.UnixMilliseconds => TryUnix(text, 1_000_000, out ns),
            TimeFormatKind.UnixMicroseconds => TryUnix(text, 1_000, out ns),
            TimeFormatKind.UnixNanoseconds => TryUnix(text, 1, out ns),
            _ => TryCustom(text, out ns),
        };
    }

    public override string ToString()
    {
        return Kind switch
        {
            TimeFormatKind.Iso => "ISO 8601",
            TimeFormatKind.UnixSeconds => "unix seconds",
            TimeFormatKind.UnixMilliseconds => "unix milliseconds",
            TimeFormatKind.UnixMicroseconds => "unix microseconds",
            TimeFormatKind.UnixNanoseconds => "unix nanoseconds",
            _ => $"\"{_custom}\"",
        };
    }

    private static bool Grows(double value, ref double largest)
    {
        largest = Math.Max(largest, Math.Abs(value));
        return true;
    }

    private static bool IsDateFormat(string text)
    {
        return text.Contains('y') && text.Contains('M') && text.Contains('d');
    }

    /// <summary>Exact for integers and for decimals down to the nanosecond: no double in between.</summary>
    private static bool TryUnix(ReadOnlySpan<char> text, long unitNs, out long ns)
    {
        ns = 0;
        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<char> decimals = point < 0 ? [] : text[(point + 1)..].TrimEnd('0');
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long units))
        {
            return false;
        }

        Int128 wide = (Int128)units * unitNs;
        long place = unitNs;
        bool negative = whole[0] == '-';
        foreach (char c in decimals)
        {
            place /= 10;
            if (!char.IsAsciiDigit(c) || place == 0)
            {
                return false;
            }

            wide += (negative ? -1 : 1) * (c - '0') * place;
        }

        return EventTime.TryNarrow(wide, out ns);
    }

    private bool TryCustom(ReadOnlySpan<char> text, out long ns)
    {
        ns = 0;
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTime.TryParseExact(text, _custom, CultureInfo.InvariantCulture, Styles, out DateTime utc)
            && EventTime.TryFromDateTime(utc, out ns);
    }
}
