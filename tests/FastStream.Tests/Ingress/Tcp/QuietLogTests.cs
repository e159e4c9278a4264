using FastStream.Engine.Ingress.Tcp;
using Microsoft.Extensions.Logging;

namespace FastStream.Tests.Ingress.Tcp;

public sealed class QuietLogTests
{
    [Fact]
    public void ARepeatedWarningIsWrittenOnceASecondAndSaysHowManyWereLeftOut()
    {
        StepTime time = new();
        ListLogger lines = new();
        QuietLog log = new(lines, time);
        for (int i = 0; i < 100; i++)
        {
            log.Warn("flood", $"flood {i}");
        }

        log.Warn("other", "other");
        Assert.Equal(["flood 0", "other"], lines.Written);
        time.Step(TimeSpan.FromSeconds(1));
        log.Warn("flood", "flood 100");
        Assert.Equal("flood 100 (99 more like this were not written)", lines.Written[^1]);
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Written.Add(formatter(state, exception));
    }
}
