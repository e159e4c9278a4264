using FastStream.Cli;
using FastStream.Cli.Sources;

namespace FastStream.Tests.Cli;

/// <summary>Goal: no time is ever taken for another one in silence.</summary>
public sealed class TimeFormatTests
{
    [Theory]
    [InlineData("2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z")]
    [InlineData("2024-05-01 12:00", "2024-05-01T12:00:00Z")]
    [InlineData("2024-05-01", "2024-05-01T00:00:00Z")]
    [InlineData("2024-05-01T12:00:00.123456789+02:00", "2024-05-01T10:00:00.123456789Z")]
    [InlineData("2024-05-01T12:00:00,5-0130", "2024-05-01T13:30:00.5Z")]
    [InlineData("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999999Z")]
    public void IsoTimesAreReadToTheNanosecond(string text, string expected)
    {
        Assert.True(TimeFormat.FromOption("iso").TryParse(text, out long ns));
        Assert.Equal(expected, EventTime.Format(ns));
    }

    [Theory]
    [InlineData("2024-02-30")]
    [InlineData("2024-05-01T24:00")]
    [InlineData("2024-05-01T12:00:00.1234567891Z")]
    [InlineData("2024-05-01T12:00:00Zx")]
    [InlineData("24-05-01")]
    [InlineData("1500-01-01")]
    [InlineData("2300-01-01")]
    [InlineData("")]
    public void WhatIsNotAWholeIsoTimeInsideSixtyFourBitsIsRefused(string text)
    {
        Assert.False(TimeFormat.FromOption("iso").TryParse(text, out _));
    }

    [Theory]
    [InlineData("1714557600", "unix seconds")]
    [InlineData("1714557600.25", "unix seconds")]
    [InlineData("1714557600250", "unix milliseconds")]
    [InlineData("1714557600250000", "unix microseconds")]
    [InlineData("1714557600250000000", "unix nanoseconds")]
    [InlineData("2024-05-01T10:00:00Z", "ISO 8601")]
    [InlineData("01.05.2024 10:00", "\"dd.MM.yyyy HH:mm\"")]
    [InlineData("2024/05/01 10:00:00", "\"yyyy/MM/dd HH:mm:ss\"")]
    public void TheFormatIsInferredByShapeAndMagnitude(string text, string expected)
    {
        TimeFormat format = TimeFormat.Infer([text])!;

        Assert.Equal(expected, format.ToString());
        Assert.True(format.TryParse(text, out long ns));
        Assert.StartsWith("2024-05-01T10:00:00", EventTime.Format(ns));
    }

    [Theory]
    [InlineData("05/01/2024 10:00")]
    [InlineData("yesterday")]
    public void AnAmbiguousOrUnknownFormatIsNotGuessed(string text)
    {
        Assert.Null(TimeFormat.Infer([text]));
    }

    [Fact]
    public void DecimalsOfSecondsAreExact()
    {
        TimeFormat format = TimeFormat.FromOption("unix-s");

        Assert.True(format.TryParse("1714557600.123456789", out long ns));
        Assert.Equal(1714557600123456789, ns);
        Assert.True(format.TryParse("-1.5", out ns));
        Assert.Equal(-1_500_000_000, ns);
        Assert.False(format.TryParse("1714557600.1234567891", out _));
        Assert.False(format.TryParse("99999999999999", out _));
    }

    [Fact]
    public void SecondsTakenForNanosecondsAreWarnedAbout()
    {
        using SourceFolder folder = new();
        string path = folder.Write("s.csv", "time,key,v\n1714557600,a,1\n");
        using RecordSource source = folder.Open(new SourceOptions { Path = path, TimeFormat = "unix-ns" });

        string warning = Assert.Single(source.Layout.Warnings);
        Assert.Contains("is 1970-01-01T00:00:01.7145576Z", warning);
        Assert.Contains("--time-format", warning);
    }

    [Fact]
    public void AnUnparsableTimeColumnSaysWhichValueAndWhatToDo()
    {
        using SourceFolder folder = new();
        string path = folder.Write("s.csv", "when,key,v\n2024-01-01,a,1\n31/12/2024,a,1\n");
        CommandFailure failure = Assert.Throws<CommandFailure>(() => folder.Open(new SourceOptions { Path = path }));

        Assert.StartsWith("time column \"when\": cannot tell how \"31/12/2024\" is written; say it with --time-format", failure.Message);
    }

    [Fact]
    public void AnUnknownFormatNameIsAUsageError()
    {
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandFailure>(() => TimeFormat.FromOption("seconds")).Code);
    }
}
