namespace FastStream.Fuzz.Targets.Text;

/// <summary>Valid definitions in text form.</summary>
internal static class DefinitionTexts
{
    private static readonly string[] s_fields = ["x", "y", "delay", "a-b", "z.1"];
    private static readonly string[] s_signs = ["+", "-", "*", "/"];
    private static readonly string[] s_comparisons = ["<", ">", "<=", ">=", "=", "!="];
    private static readonly string[] s_units = ["ms", "s", "m", "h", "d"];

    /// <summary>Every word of the language.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        "u64", "text", "(", ")", ",", ";", ":", "..", "=", "future", "idle", "lag", "rules", "rules:", "required", "range", "nan",
        "infinity", "scale", "filter", "refuse", "absent", "by", "plus", "tumbling", "late", "where", "key", "over", "all", "by key:",
        "over all:", "count", "sum", "min", "max", "mean", "var_pop", "variance", "stddev", "first", "last", "quantile", "p95", "p99.9",
        "p100", "p0", "and", "or", "not", "x", "y", "delay", "1h", "1ns", "366d", "367d", "9223372036854775807ns", "106752d",
    ];

    public static string Stream(FuzzRandom random)
    {
        string text = random.OneIn(2) ? "u64 (x, y, delay, a-b, z.1)" : "text (x, y, delay, a-b, z.1)";
        text += random.OneIn(2) ? $" future {Duration(random)} idle {Duration(random)}" : "";
        text += random.OneIn(3) ? $" lag {Duration(random)}" : "";
        int rules = random.OneIn(2) ? random.Between(1, 4) : 0;
        for (int i = 0; i < rules; i++)
        {
            text += (i == 0 ? " rules: " : "; ") + Rule(random, i);
        }

        return text;
    }

    public static string View(FuzzRandom random)
    {
        string text = $"tumbling {Duration(random)}";
        text += random.OneIn(2) ? $" late {Duration(random)}" : "";
        text += random.OneIn(3) ? $" where {Condition(random, 3)}" : "";
        text += random.OneIn(2) ? " by key: count" : " over all: count";
        return text + (random.OneIn(2) ? $", sum({Field(random)}), p{random.Between(1, 99)}.{random.Below(10)}({Field(random)})" : "");
    }

    public static string Condition(FuzzRandom random, int depth)
    {
        if (depth == 0 || random.OneIn(3))
        {
            return $"{Number(random, depth)} {random.Pick<string>(s_comparisons)} {Number(random, depth)}";
        }

        return random.OneIn(3)
            ? $"not ({Condition(random, depth - 1)})"
            : $"({Condition(random, depth - 1)}) {(random.OneIn(2) ? "and" : "or")} ({Condition(random, depth - 1)})";
    }

    public static string Number(FuzzRandom random, int depth) => depth == 0 || random.OneIn(2)
        ? random.OneIn(2) ? Field(random) : $"{random.Below(1000)}.{random.Below(100)}"
        : $"({Number(random, depth - 1)} {random.Pick<string>(s_signs)} {Number(random, depth - 1)})";

    public static string Duration(FuzzRandom random) => $"{random.Between(1, 366)}{random.Pick<string>(s_units)}";

    private static string Rule(FuzzRandom random, int number) => random.Below(7) switch
    {
        0 => $"required {Field(random)}",
        1 => $"range {Field(random)} {-random.Below(100)}..{random.Below(100)}",
        2 => $"nan {Field(random)} refuse",
        3 => $"infinity {Field(random)} absent",
        4 => $"scale {Field(random)} by 0.5 plus -3",
        5 => $"computed{number} = {Number(random, 3)}",
        _ => $"filter {Condition(random, 2)}",
    };

    private static string Field(FuzzRandom random) => random.Pick<string>(s_fields);
}
