using System.Collections.Immutable;
using FastStream.Engine.Definitions;

namespace FastStream.Tests.Definitions;

public class DefinitionJsonTests
{
    [Fact]
    public void StreamsAndViewsRoundTrip()
    {
        StreamDefinition flights = new StreamBuilder("flights").TextKeys().Fields("delay").Rule("filter delay < 3000")
            .View("by-origin", v => v.Tumbling(TimeSpan.FromHours(1)).Aggregate("delay", "mean"))
            .View("all", v => v.Tumbling(TimeSpan.FromDays(1)).OverAll().Count()).Build();
        StreamDefinition bare = StreamDefinition.Parse("bare", "u64 (a)");
        List<string> faults = [];

        ImmutableArray<StreamDefinition> read = DefinitionJson.Read(DefinitionJson.Write([flights, bare]), faults);

        Assert.Empty(faults);
        Assert.Equal([flights, bare], read.ToArray());
        Assert.Equal(flights.DefaultViews.ToArray(), read[0].DefaultViews.ToArray());
        Assert.Empty(read[1].DefaultViews);
    }

    [Theory]
    [InlineData("""{"s": "u64 (a)"}""")]
    [InlineData("""{"s": {"definition": "u64 (a)"}, /* said twice is one too many */ }""")]
    public void AStreamWithoutViewsGetsTheDefaultOne(string json)
    {
        List<string> faults = [];
        StreamDefinition stream = Assert.Single(DefinitionJson.Read(json, faults));

        Assert.Empty(faults);
        Assert.Equal("1m", Assert.Single(stream.DefaultViews).Name);
    }

    [Fact]
    public void AllFaultsAreToldAtOnce()
    {
        const string Json = """
            {
              "good": "u64 (a)",
              "a b": "u64 (a)",
              "s": {"definition": "u64 (a)", "views": {"v": "tumbling 1h by key: mean(b)", "w": 5, "x": "hop"}, "y": 1},
              "t": {},
              "u": "u64 (a",
              "good": "u64 (b)"
            }
            """;
        List<string> faults = [];

        StreamDefinition good = Assert.Single(DefinitionJson.Read(Json, faults));

        Assert.Equal("good", good.Name);
        Assert.Equal(8, faults.Count);
        Assert.All(faults, f => Assert.DoesNotContain('\n', f));
        Assert.Contains(faults, f => f.Contains("no field \"b\" in stream \"s\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    public void WhatIsNotAnObjectIsOneFault(string json)
    {
        List<string> faults = [];

        Assert.Empty(DefinitionJson.Read(json, faults));
        Assert.Single(faults);
    }

    [Theory]
    [InlineData("""{"s": "\ud800"}""")]
    [InlineData("""{"\udc00": "u64 (a)"}""")]
    [InlineData("""{"s": {"definition": "u64 (a)", "views": {"v": "\ud800"}}}""")]
    [InlineData("""{"s": {"definition": "u64 (a)", "views": {"\ud800": "tumbling 1m by key: count"}}}""")]
    public void HalfACharacterIsAFaultAndNoException(string json)
    {
        List<string> faults = [];
        Assert.Empty(DefinitionJson.Read(json, faults));
        Assert.Contains("not Unicode", Assert.Single(faults), StringComparison.Ordinal);
    }
}
