using System.Globalization;
using FastStream.Cli;
using FastStream.Cli.Sources;
using FastStream.Server.Questions;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>
/// Times and numbers as the tool and the server read them: an option or sample on the first line, a text on the second.
/// </summary>
internal sealed class TimeTextTarget : TextTarget
{
    private static readonly string[] s_options =
        ["iso", "date", "unix-s", "unix-ms", "unix-us", "unix-ns", "dd.MM.yyyy HH:mm:ss", "yyyyMMdd", "MM/dd/yyyy hh:mm tt"];

    public override string Name => "time-number-text";

    public override int Weight => 15;

    public override IReadOnlyList<string> Words { get; } =
        [.. s_options, "T", "Z", "+01:00", "-18:59", "1677-09-21T00:12:43.145224193Z", "2262-04-11T23:47:16.854775807Z", "0001-01-01", "9999-12-31"];

    protected override string Write(FuzzRandom random)
    {
        long ns = random.OneIn(4) ? (long)random.EdgeNumber() : 1_577_836_800_000_000_000 + (long)(random.Next() >> 8);
        string option = random.Pick<string>(s_options);
        string value = random.Below(3) switch
        {
            0 => EventTime.Format(ns),
            1 => ns.ToString(CultureInfo.InvariantCulture),
            _ => BitConverter.Int64BitsToDouble(ns).ToString("R", CultureInfo.InvariantCulture),
        };
        return $"{option}\n{value}";
    }

    public override bool ValidInputsParse => false; // a random number is no time in most formats

    protected override bool Parse(string text)
    {
        string[] lines = text.Split('\n', 2);
        string value = lines[^1];
        bool isTaken = CheckIso(value) | CheckServer(value) | CheckNumbers(value);
        if (TimeFormat.Infer([value]) is { } inferred)
        {
            Require(
                inferred.TryParse(value, out _) || inferred.Kind is not (TimeFormatKind.Iso or TimeFormatKind.Custom),
                "a format that was inferred does not read its sample");
        }

        try
        {
            isTaken |= TimeFormat.FromOption(lines[0]).TryParse(value, out _);
        }
        catch (CommandFailure)
        {
            return isTaken;
        }

        return isTaken;
    }

    private static bool CheckIso(string value)
    {
        if (!EventTime.TryParseIso(value, out long ns))
        {
            return false;
        }

        string again = EventTime.Format(ns);
        Require(EventTime.TryParseIso(again, out long same) && same == ns, "a time reads back as another one");
        Require(TimeText.TryParse(again, out long server) && server == ns, "tool and server disagree on a time");
        return true;
    }

    private static bool CheckServer(string value)
    {
        if (!TimeText.TryParse(value, out long ns))
        {
            return false;
        }

        string again = TimeText.Format(ns);
        Require(TimeText.TryParse(again, out long same) && same == ns, "the server reads its own time as another one");
        Require(EventTime.TryParseIso(again, out long tool) && tool == ns, "server and tool disagree on a time");
        return true;
    }

    private static bool CheckNumbers(string value)
    {
        foreach (bool decimalComma in (ReadOnlySpan<bool>)[false, true])
        {
            if (NumberText.TryParse(value, decimalComma, out double number))
            {
                Require(double.IsFinite(number), "a number that is not finite");
            }
            else
            {
                Require(NumberText.Explain(value, decimalComma).Length > 0, "a refusal without a reason");
            }
        }

        return NumberText.TryParseKey(value, out _);
    }
}
