namespace FastStream.Cli.Demo;

/// <summary>The stream and the views of the demo, in the text form that the command line takes too.</summary>
internal static class DemoViews
{
    public const string Stream = "flights";
    public const string StreamDefinition = "text (delay, distance)";
    public const string ByOrigin = "by-origin";
    public const string ByOriginDefinition = "tumbling 1h late 6h by key: count, mean(delay), max(delay), p95(delay)";
    public const string Impatient = "impatient";
    public const string ImpatientDefinition = "tumbling 1h late 0s over all: count, mean(delay)";
}
