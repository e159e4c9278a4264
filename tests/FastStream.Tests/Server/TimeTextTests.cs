using FastStream.Server.Questions;

namespace FastStream.Tests.Server;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(1_500_000_000, "1970-01-01T00:00:01.5Z")]
    [InlineData(991_400_400_000_000_000, "2001-06-01T13:00:00Z")]
    [InlineData(-9_183_024_000_000_000_000, "1679-01-01T00:00:00Z")]
    [InlineData(9_183_110_400_000_000_000, "2261-01-01T00:00:00Z")]
    public void ATimeReadsBackAsItWasWritten(long timeNs, string text)
    {
        Assert.Equal(text, TimeText.Format(timeNs));
        Assert.True(TimeText.TryParse(text, out long back));
        Assert.Equal(timeNs, back);
    }

    [Theory]
    [InlineData("2001-06-01", 991_353_600_000_000_000)]
    [InlineData("2001-06-01T13:00", 991_400_400_000_000_000)]
    [InlineData("2001-06-01T15:00:00+02:00", 991_400_400_000_000_000)]
    [InlineData("991400400000000000", 991_400_400_000_000_000)]
    public void OtherFormsAreTaken(string text, long timeNs)
    {
        Assert.True(TimeText.TryParse(text, out long read));
        Assert.Equal(timeNs, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2001-13-01")]
    [InlineData("2001-06-01T13:00:00.1234567890Z")]
    [InlineData("2001-06-01T13:00:00.Z")]
    [InlineData("99999999999999999999")]
    [InlineData("2300-01-01")]
    public void WhatIsNoTimeIsRefused(string text) => Assert.False(TimeText.TryParse(text, out _));
}
