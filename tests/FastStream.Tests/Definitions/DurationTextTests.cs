using FastStream.Engine.Definitions;

namespace FastStream.Tests.Definitions;

public class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("1ns", 1)]
    [InlineData("1500us", 1_500_000)]
    [InlineData("10ms", 10_000_000)]
    [InlineData("90s", 90_000_000_000)]
    [InlineData("5m", 300_000_000_000)]
    [InlineData("6h", 21_600_000_000_000)]
    [InlineData("366d", 31_622_400_000_000_000)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    public void EachUnitRoundTrips(string text, long ns)
    {
        Assert.True(DurationText.TryParse(text, out long parsed));
        Assert.Equal(ns, parsed);
        Assert.Equal(text, DurationText.Format(ns));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("1h30m")]
    [InlineData("106752d")]
    [InlineData("9223372036854775808ns")]
    public void AnythingElseIsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));
}
