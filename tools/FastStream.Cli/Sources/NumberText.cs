using System.Globalization;

namespace FastStream.Cli.Sources;

/// <summary>
/// Numbers as people write them in files, read strictly: the whole text, no thousands separators, finite.
/// </summary>
internal static class NumberText
{
    /// <summary>A sign, a decimal point and an exponent: nothing that .NET would read with a surprise.</summary>
    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly NumberFormatInfo s_comma = new()
    {
        NumberDecimalSeparator = ",",
        NumberGroupSeparator = " ",
    };

    public static bool TryParse(ReadOnlySpan<char> text, bool decimalComma, out double value)
    {
        text = text.Trim();
        NumberFormatInfo format = decimalComma ? s_comma : NumberFormatInfo.InvariantInfo;

        // 1e309 parses to infinity, "NaN" and "Infinity" parse too: neither is a number that a file should bring.
        return double.TryParse(text, Style, format, out value) && double.IsFinite(value);
    }

    public static bool TryParseKey(ReadOnlySpan<char> text, out ulong key)
    {
        return ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out key);
    }

    /// <summary>Says why <paramref name="text"/> is refused and what would help.</summary>
    public static string Explain(string text, bool decimalComma)
    {
        if (!decimalComma && text.Count(c => c == ',') == 1 && TryParse(text, decimalComma: true, out _))
        {
            return "has a decimal comma (--decimal-comma reads it)";
        }

        bool parses = double.TryParse(text.Trim(), Style, NumberFormatInfo.InvariantInfo, out double value);
        return parses && !double.IsNaN(value) ? "is out of the range of a double" : "is not a number";
    }
}
