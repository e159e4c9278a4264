using System.Globalization;
using System.Text;

namespace FastStream.Fuzz;

/// <summary>Spoils text: words of the language at wrong places, numbers at their limits, nesting, signs that end things.</summary>
internal sealed class TextMutator
{
    private static readonly string[] s_signs =
    [
        "\"", "'", "\\", "\0", "\r", "\n", "\r\n", "\t", " ", ",", ";", ":", ".", "..", "(", ")", "{", "}", "[", "]", "<", "=", "-",
        "+", "%", "%2", "%zz", "&", "?", "/", "*", "\\u0000", "\\ud800", "\\udc00\\ud800", "\uFEFF", "\u00A0", "\u2028", "\u0130", "ß",
        "\U0001F600", "null", "true", "NaN", "Infinity", "1e309", "-0", "1e-400", "0x1", "١٢٣", "--", "/*", "//",
    ];

    // Not UTF-8: a lone continuation, an overlong slash, a surrogate, beyond Unicode, a cut sequence.
    private static readonly byte[][] s_notUtf8 =
        [[0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF, 0xFE]];

    private readonly byte[] _piece = new byte[4096];

    /// <summary>One change.</summary>
    public void Change(FuzzRandom random, InputBuffer input, IReadOnlyList<string> words)
    {
        int at = random.Below(input.Length + 1);
        switch (random.Below(8))
        {
            case 0:
                input.Insert(at, Encoding.UTF8.GetBytes(random.Pick<string>(s_signs)));
                break;
            case 1 when words.Count > 0:
                input.Insert(at, Encoding.UTF8.GetBytes(words[random.Below(words.Count)]));
                break;
            case 2:
                ReplaceNumber(random, input);
                break;
            case 3:
                input.Insert(at, random.Pick<byte[]>(s_notUtf8));
                break;
            case 4:
                Repeat(random, input, at);
                break;
            case 5:
                RemoveWord(random, input);
                break;
            case 6 when words.Count > 0:
                RemoveWord(random, input);
                input.Insert(Math.Min(at, input.Length), Encoding.UTF8.GetBytes(words[random.Below(words.Count)] + " "));
                break;
            default:
                input.Insert(at, Encoding.UTF8.GetBytes(NumberText(random)));
                break;
        }
    }

    private static string NumberText(FuzzRandom random)
    {
        ulong edge = random.EdgeNumber();
        return random.Below(6) switch
        {
            0 => edge.ToString(CultureInfo.InvariantCulture),
            1 => ((long)edge).ToString(CultureInfo.InvariantCulture),
            2 => BitConverter.UInt64BitsToDouble(edge).ToString("R", CultureInfo.InvariantCulture),
            3 => edge + "." + random.EdgeNumber(),
            4 => new string('9', random.Between(1, 400)),
            _ => edge + "e" + ((long)random.EdgeNumber() % 400),
        };
    }

    private static void ReplaceNumber(FuzzRandom random, InputBuffer input)
    {
        int at = random.Below(input.Length + 1);
        while (at < input.Length && !char.IsAsciiDigit((char)input.Written[at]))
        {
            at++;
        }

        int end = at;
        while (end < input.Length && char.IsAsciiDigit((char)input.Written[end]))
        {
            end++;
        }

        input.Remove(at, end - at);
        input.Insert(at, Encoding.UTF8.GetBytes(NumberText(random)));
    }

    // A piece many times over: nesting, long names, long lists.
    private void Repeat(FuzzRandom random, InputBuffer input, int at)
    {
        int count = Math.Min(random.Skewed(64) + 1, input.Length);
        if (count == 0)
        {
            return;
        }

        int from = random.Below(input.Length - count + 1);
        input.Written.Slice(from, count).CopyTo(_piece);
        int copies = random.OneIn(16) ? random.Between(100, 3000) / count + 1 : random.Between(1, 20);
        for (int copy = 0; copy < copies && input.Length < 64 << 10; copy++)
        {
            input.Insert(at, _piece.AsSpan(0, count));
        }
    }

    private static void RemoveWord(FuzzRandom random, InputBuffer input)
    {
        int from = random.Below(input.Length + 1);
        int end = from;
        while (end < input.Length && char.IsAsciiLetterOrDigit((char)input.Written[end]))
        {
            end++;
        }

        input.Remove(from, Math.Min(end - from + 1, input.Length - from));
    }
}
