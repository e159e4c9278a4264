namespace FastStream.Cli.Sources;

/// <summary>Counts unusable lines, shows the first ten, gives up after too many.</summary>
internal sealed class BadLines(long limit, Action<string> show)
{
    public const int Shown = 10;

    public long Count { get; private set; }

    public void Add(long line, string what)
    {
        Count++;
        if (Count <= Shown)
        {
            show($"line {line}: {what}");
        }
        else if (Count == Shown + 1)
        {
            show("further unusable lines are only counted");
        }

        if (Count > limit)
        {
            throw new CommandFailure(ExitCode.Failed,
                $"more than {limit} unusable lines (the last is line {line}); correct the file or the options, "
                    + "or raise --max-bad");
        }
    }
}
