using System.Text;

namespace FastStream.Fuzz.Targets.Text;

/// <summary>Valid files of records.</summary>
internal static class RecordTexts
{
    private static readonly string[] s_keys = ["ATL", "Zürich", "東京", "a b", "x"];

    public static IReadOnlyList<string> Words { get; } =
    [
        "time", "key", "value", "delay", "\"", "\"\"", ",", ";", "\t", "|", "\r\n", "\n\n", "2020-01-01T00:00:00Z", "1577836800",
        "1577836800000", "NA", "1,5", "1e309", "{\"time\":", "\"key\":", "\"\\ud800\"", "[", "null", "\uFEFF",
    ];

    public static string Csv(FuzzRandom random)
    {
        char delimiter = random.Pick<char>([',', ';', '\t', '|']);
        string end = random.OneIn(3) ? "\r\n" : "\n";
        StringBuilder text = new(random.OneIn(8) ? "\uFEFF" : "");
        text.AppendJoin(delimiter, "time", "key", "delay").Append(end);
        for (int row = random.Between(1, 30); row > 0; row--)
        {
            string key = random.Pick<string>(s_keys);
            key = random.OneIn(4) ? $"\"{key}{delimiter}\"\"{(random.OneIn(4) ? "\n" : "")}\"" : key;
            string value = random.OneIn(8) ? "" : $"{random.Below(1000)}.{random.Below(10)}";
            text.Append(Time(random)).Append(delimiter).Append(key).Append(delimiter).Append(value).Append(end);
        }

        return text.ToString();
    }

    public static string Json(FuzzRandom random)
    {
        StringBuilder text = new();
        for (int row = random.Between(1, 30); row > 0; row--)
        {
            text.Append($$"""{"time": "{{Time(random)}}", "key": "{{random.Pick<string>(s_keys)}}", "delay": {{random.Below(1000)}}""");
            text.Append(random.OneIn(4) ? ", \"more\": {\"a\": [1, 2, \"\\u00e9\"]}}\n" : "}\n");
        }

        return text.ToString();
    }

    private static string Time(FuzzRandom random) => $"2020-0{random.Between(1, 9)}-1{random.Below(10)}T12:0{random.Below(10)}:00Z";
}
