using FastStream.Engine.Definitions;
using FastStream.Protocol;

namespace FastStream.Tests.Definitions;

/// <summary>Goal: a stream says the same in text and in code; its changes keep every meaning.</summary>
public class StreamTextTests
{
    [Theory]
    [InlineData("u64 (value) future 5m idle 10s")]
    [InlineData("text (delay, distance) future 0s idle 1h lag 2d")]
    [InlineData("u64 (a, b, g) future 5m idle 10s rules: required a; range b -5..0.5; nan a refuse; infinity b absent; "
        + "scale a by 0.1 plus -273.15; g = (a - b) / 2; filter g > 0 or not (a != 3)")]
    [InlineData("u64 (filter, range, rules) future 5m idle 10s "
        + "rules: filter filter > 0; range range 1..2; rules = range")]
    public void CanonicalTextRoundTrips(string text)
    {
        StreamDefinition stream = StreamDefinition.Parse("s", text);

        Assert.Equal(text, stream.Text);
        Assert.Equal(stream, StreamDefinition.Parse("s", stream.Text));
    }

    [Fact]
    public void AComputedFieldThatIsNotListedComesLast()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (a, b) rules: g = a + b; h = g * 2");

        Assert.Equal(["a", "b", "g", "h"], stream.Fields.ToArray());
        Assert.True(stream.IsComputed("g"));
        Assert.False(stream.IsComputed("a"));
        Assert.Equal(stream, StreamDefinition.Parse("s", stream.Text));
    }

    [Fact]
    public void BuilderAndTextGiveTheSameStream()
    {
        StreamDefinition built = new StreamBuilder("s").TextKeys().Fields("a", "b")
            .FutureBound(TimeSpan.FromMinutes(1)).IdleTimeout(TimeSpan.FromSeconds(2)).LagBound(TimeSpan.FromHours(3))
            .Rule("range a 0..1").Rule(RuleDefinition.Computed("g", FieldExpression.ParseNumeric("a / b")))
            .View("v", v => v.Tumbling(TimeSpan.FromSeconds(1)).Aggregate("g", "mean")).Build();

        Assert.Equal(
            StreamDefinition.Parse("s", "text (a, b) future 1m idle 2s lag 3h rules: range a 0..1; g = a / b"), built);
        Assert.Equal("tumbling 1s late 0s by key: mean(g)", Assert.Single(built.DefaultViews).Text);
    }

    [Theory]
    [InlineData("i64 (a)", "at column 1: found \"i64 (a)\": write the key kind, u64 or text here")]
    [InlineData("u64 ()", "at column 6: found \")\": write a field")]
    [InlineData("u64 (a, a)", "field \"a\" stands twice")]
    [InlineData("u64 (a) idle 1us", "idle time-out 1000 ns is outside 1ms..366d")]
    [InlineData("u64 (a) future 400d", "is outside 0s..366d")]
    [InlineData("u64 (a) rules: range a 5..1", "the lower bound is above the upper")]
    [InlineData("u64 (a) rules: range a 5", "at column 25: found the end: write \"..\" here")]
    [InlineData("u64 (a) rules: required b", "no field \"b\" in stream \"s\": it has a")]
    [InlineData("u64 (a) rules: filter a", "\"a\" is a number where a condition is needed")]
    [InlineData("u64 (a) rules: g = a > 0", "is a condition where a number is needed")]
    [InlineData("u64 (a) rules: h = g; g = a", "rule \"h = g\" reads \"g\" before it is computed")]
    [InlineData("u64 (a) rules: g = a; g = 1", "field \"g\" is computed twice")]
    [InlineData("u64 (a) rules: g = g", "reads \"g\" before it is computed")]
    [InlineData("u64 (a) rules: a = 1", "every field is computed")]
    [InlineData("u64 (a) rules: nan a ignore", "write \"absent\" here")]
    [InlineData("u64 (a) rules: nan a refuse; nan a absent", "has such a rule already")]
    [InlineData("u64 (a) rules: g = a; infinity g refuse", "a computed field is never infinite")]
    [InlineData("u64 (a) rules: check a", "or a rule: required, range, nan, infinity, scale, filter")]
    public void AFaultyTextIsToldWhatIsWrong(string text, string fault)
    {
        DefinitionException error = Assert.Throws<DefinitionException>(() => StreamDefinition.Parse("s", text));

        Assert.StartsWith("stream \"s\": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FieldsAndRulesAreLimitedToSixtyFour()
    {
        string fields = string.Join(", ", Enumerable.Range(0, 64).Select(i => $"f{i}"));
        string rules = string.Join("; ", Enumerable.Range(0, 64).Select(i => $"required f{i}"));
        Assert.Equal(64, StreamDefinition.Parse("s", $"u64 ({fields}) rules: {rules}").Fields.Length);

        Assert.Contains("65 fields", Fault($"u64 ({fields}, g)"), StringComparison.Ordinal);
        Assert.Contains("65 rules", Fault($"u64 ({fields}) rules: {rules}; required f0"), StringComparison.Ordinal);
    }

    [Fact]
    public void ViewsOfAStreamAreLimitedToSixtyFour()
    {
        StreamBuilder builder = new StreamBuilder("s").Fields("a");
        for (int i = 0; i < DefinitionLimits.MaxViewCount; i++)
        {
            builder.View($"v{i}", v => v.Tumbling(TimeSpan.FromSeconds(1)).Count());
        }

        Assert.Equal(64, builder.Build().DefaultViews.Length);
        builder.View("one-more", v => v.Tumbling(TimeSpan.FromSeconds(1)).Count());
        Assert.Contains(
            "65 views", Assert.Throws<DefinitionException>(builder.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FieldsRulesAndBoundsMayBeAddedToARunningStream()
    {
        StreamDefinition now = StreamDefinition.Parse("s", "u64 (a) rules: required a");

        Assert.Null(now.FindChangeFault(
            StreamDefinition.Parse("s", "u64 (a, b) idle 1m rules: required a; range b 0..1; g = a * b")));
        Assert.Null(now.FindChangeFault(now.WithFields(["a", "c"])));
        Assert.Equal(["a", "c"], now.WithFields(["a", "c"]).Fields.ToArray());
    }

    [Theory]
    [InlineData("text (a, b) rules: required b", "name and key kind cannot change")]
    [InlineData("u64 (b, a) rules: required b", "must stay as they are")]
    [InlineData("u64 (a, b) rules: range a 0..1; required b", "must stay as they are")]
    [InlineData("u64 (a, b) rules: required b; a = b", "\"a\" is sent already")]
    public void NothingThatIsThereChangesMeaning(string text, string fault)
    {
        StreamDefinition now = StreamDefinition.Parse("s", "u64 (a, b) rules: required b");

        Assert.Contains(fault, now.FindChangeFault(StreamDefinition.Parse("s", text)), StringComparison.Ordinal);
    }

    [Fact]
    public void ATextThatIsTooLongIsRefused()
    {
        string text = "u64 (a)" + new string(' ', DefinitionLimits.MaxTextLength);

        Assert.Contains("characters are too many", Fault(text), StringComparison.Ordinal);
    }

    [Fact]
    public void RefusalCountersAreNamedByOrdinal() =>
        Assert.Equal(
            ["infinity", "required a", "filter a > 0"],
            StreamDefinition.Parse("s", "u64 (a) rules: required a; filter a > 0").RefusalNames.ToArray());

    [Fact]
    public void NumbersThatAreStoredAreFrozen()
    {
        Assert.Equal([0, 1], Enum.GetValues<KeyKind>().Select(k => (int)k));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], Enum.GetValues<RuleKind>().Select(k => (int)k));
        Assert.Equal(300_000_000_000, StreamDefinition.DefaultFutureBoundNs);
        Assert.Equal(10_000_000_000, StreamDefinition.DefaultIdleTimeoutNs);
        Assert.Equal(31_622_400_000_000_000, DefinitionLimits.MaxWindowSizeNs);
        Assert.Equal(DefinitionLimits.MaxWindowSizeNs, DefinitionLimits.MaxLatenessNs);
        Assert.Equal(1_000_000, DefinitionLimits.MinWindowSizeNs);
    }

    private static string Fault(string text) =>
        Assert.Throws<DefinitionException>(() => StreamDefinition.Parse("s", text)).Message;
}
