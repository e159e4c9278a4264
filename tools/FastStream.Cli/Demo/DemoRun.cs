using System.CommandLine;

namespace FastStream.Cli.Demo;

/// <summary>
/// One run of <c>demo</c>: tells the story from the first flight to the figures, and cleans up behind itself.
/// </summary>
internal static class DemoRun
{
    public static async Task<ExitCode> RunAsync(
        string? keepFolder, int? partitions, InvocationConfiguration console, CancellationToken stop)
    {
        DemoScreen screen = new(console.Output);
        screen.Title("FastStream demo: 200,000 US flights of June 2001, sent in the order in which they landed."
            + Environment.NewLine
            + "Event time is the scheduled departure, so they come out of order, as real data does.");
        using DemoFolder folder = DemoFolder.Create(keepFolder);
        using DemoStory story = new(screen, folder, partitions);
        await story.StartAsync(stop);
        await story.LoadAsync(stop);
        await story.CloseAsync(stop);
        await story.RestartCleanlyAsync(stop);
        await story.MeasureSpeedAsync(stop);
        ExitCode code = await story.ReportAsync(stop);
        string kept = keepFolder is null ? "nothing is left behind" : $"the data stays in {folder.DataPath}";
        screen.Step("done", $"the server has stopped, {kept}");
        ShowNext(console.Output);
        return code;
    }

    private static void ShowNext(TextWriter output)
    {
        string buildFolder = Path.Combine("tools", "FastStream.Cli", "bin");
        bool fromSource = AppContext.BaseDirectory.Contains(buildFolder, StringComparison.Ordinal);
        string tool = fromSource ? "dotnet run -c Release --project tools/FastStream.Cli --" : "faststream";
        output.WriteLine();
        output.WriteLine("Next: your own file (the server keeps running; send from a second terminal)");
        output.WriteLine($"  {tool} serve --data ./my-data");
        output.WriteLine($"  {tool} send my.csv");
    }
}
