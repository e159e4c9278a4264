using FastStream.Engine.Definitions;
using FastStream.Protocol;
using static FastStream.Engine.Definitions.AggregateNames;

namespace FastStream.Tests.Definitions;

/// <summary>Goal: a view says the same in text and in code, and a faulty text is told where it is wrong.</summary>
public class ViewTextTests
{
    [Theory]
    [InlineData("tumbling 1h late 6h by key: count, mean(delay), max(delay)")]
    [InlineData("tumbling 1m late 0s over all: count(delay), sum(delay), p95(delay), p99.9(delay)")]
    [InlineData("tumbling 500ms late 90m where delay > 0 and not (distance = 0 or delay < -5) by key: first(delay)")]
    [InlineData("tumbling 366d late 366d where (a + b) * 2 / 3 != a - (b - 1E-05) by key: var_pop(a), variance(a)")]
    [InlineData("tumbling 1ms late 1ns by key: stddev(a), stddev_pop(a), last(a), min(a), quantile(a, 1E-09)")]
    public void CanonicalTextRoundTrips(string text)
    {
        ViewDefinition view = ViewDefinition.Parse("s", "v", text);

        Assert.Equal(text, view.Text);
        Assert.Equal(view, ViewDefinition.Parse("s", "v", view.Text));
    }

    [Theory]
    [InlineData(" tumbling  60s\nby key :count", "tumbling 1m late 0s by key: count")]
    [InlineData("tumbling 24h late 60m by key: p50.0(a)", "tumbling 1d late 1h by key: p50(a)")]
    [InlineData("tumbling 1s by key: quantile(a, 0.999)", "tumbling 1s late 0s by key: p99.9(a)")]
    [InlineData(
        "tumbling 1s where ((a>0)) and (-a<-1) by key: count",
        "tumbling 1s late 0s where a > 0 and 0 - a < -1 by key: count")]
    public void FreeTextBecomesCanonical(string text, string canonical) =>
        Assert.Equal(canonical, ViewDefinition.Parse("s", "v", text).Text);

    [Fact]
    public void BuilderAndTextGiveTheSameView()
    {
        ViewDefinition built = new ViewBuilder("flights", "by-origin")
            .Tumbling(TimeSpan.FromHours(1)).Lateness(TimeSpan.FromHours(6)).Where("delay > 0").ByKey()
            .Count().Aggregate("delay", Mean, Max, "p95").Quantile("delay", 0.5).Build();

        Assert.Equal(
            ViewDefinition.Parse(
                "flights", "by-origin",
                "tumbling 1h late 6h where delay > 0 by key: count, mean(delay), max(delay), p95(delay), p50(delay)"),
            built);
    }

    [Theory]
    [InlineData("hopping 1h by key: count", "at column 1: found \"hopping 1h by key: count\": write \"tumbling\" here")]
    [InlineData("tumbling 1x by key: count", "at column 10: found \"1x by key: count\": write the window's size")]
    [InlineData("tumbling 1h count", "at column 13: found \"count\": write \"by key:\" or \"over all:\" here")]
    [InlineData("tumbling 1h by key: medium(a)", "at column 21: unknown aggregate \"medium\": use one of count, sum")]
    [InlineData("tumbling 1h by key: mean", "at column 21: aggregate \"mean\" lacks a field: write mean(FIELD)")]
    [InlineData("tumbling 1h by key: quantile(a, 1.5)", "quantile rank 1.5 is not between 0 and 1")]
    [InlineData("tumbling 1h by key: mean(a, 2)", "aggregate \"mean\" takes no parameter")]
    [InlineData("tumbling 1h by key: count,", "at column 27: found the end: write an aggregate")]
    [InlineData("tumbling 1h by key: count count", "at column 27: found \"count\": write the end here")]
    [InlineData("tumbling 1h by key: count, count", "count stands twice")]
    [InlineData("tumbling 1us by key: count", "window size 1us is below the smallest, 1ms")]
    [InlineData("tumbling 367d by key: count", "window size 367d is above the largest, 366d")]
    [InlineData("tumbling 1h late 367d by key: count", "is outside 0s..366d")]
    [InlineData("tumbling 1h where a by key: count", "\"a\" is a number where a condition is needed")]
    [InlineData("tumbling 1h where a > (b > 0) by key: count", "\"b > 0\" is a condition where a number is needed")]
    [InlineData("tumbling 1h where a > 1e999 by key: count", "a number, a finite number")]
    public void AFaultyTextIsToldWhereAndWhatToDo(string text, string fault)
    {
        DefinitionException error = Assert.Throws<DefinitionException>(() => ViewDefinition.Parse("s", "v", text));

        Assert.StartsWith("view \"v\": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void AViewOfAFieldTheStreamLacksIsRefused()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (a, b)");
        ViewDefinition view = ViewDefinition.Parse("s", "v", "tumbling 1h where a-b > 0 by key: count");

        DefinitionException error = Assert.Throws<DefinitionException>(() => view.Validate(stream));

        Assert.Equal(
            "view \"v\": no field \"a-b\" in stream \"s\": it has a, b; a minus needs spaces around it", error.Message);
    }

    [Fact]
    public void TheDefaultViewCoversEachFieldWithinTheLimit()
    {
        StreamDefinition small = StreamDefinition.CreateDefault("s", KeyKind.U64, ["a", "b"]);
        ViewDefinition view = Assert.Single(small.DefaultViews);
        Assert.Equal("1m", view.Name);
        Assert.Equal(
            "tumbling 1m late 1h by key: count, sum(a), min(a), max(a), mean(a), sum(b), min(b), max(b), mean(b)",
            view.Text);

        string[] many = [.. Enumerable.Range(0, DefinitionLimits.MaxFieldCount).Select(i => $"f{i}")];
        ViewDefinition wide = Assert.Single(StreamDefinition.CreateDefault("s", KeyKind.U64, many).DefaultViews);
        Assert.Equal(61, wide.Aggregates.Length);
    }

    [Fact]
    public void AggregatesAreLimitedToSixtyFour()
    {
        string text = "tumbling 1s by key: " + string.Join(", ", Enumerable.Range(1, 64).Select(i => $"p{i}(a)"));
        Assert.Equal(DefinitionLimits.MaxAggregateCount, ViewDefinition.Parse("s", "v", text).Aggregates.Length);

        Assert.Contains(
            "65 aggregates are too many",
            Assert.Throws<DefinitionException>(() => ViewDefinition.Parse("s", "v", text + ", count")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a..b")]
    [InlineData("ü")]
    public void NamesOfAnotherFormAreRefused(string name) =>
        Assert.Throws<DefinitionException>(() => ViewDefinition.Parse("s", name, "tumbling 1s by key: count"));

    [Fact]
    public void ANameMayHave249CharactersAndNoMore()
    {
        Assert.True(DefinitionNames.IsName(new string('a', 249)));
        Assert.False(DefinitionNames.IsName(new string('a', 250)));
        Assert.True(DefinitionNames.IsFieldName(new string('a', 64)));
        Assert.False(DefinitionNames.IsFieldName(new string('a', 65)));
        Assert.False(DefinitionNames.IsFieldName("1a"));
        Assert.False(DefinitionNames.IsFieldName("and"));
    }
}
