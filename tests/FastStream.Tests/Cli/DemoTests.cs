using FastStream.Cli;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Cli;

/// <summary>
/// Goal: the demo does what it says, with the figures that its data have. Method: the whole of it, a child server that is
/// killed and restarted included. The expected figures were computed from the file by DuckDB.
/// </summary>
public sealed class DemoTests
{
    [Fact]
    public async Task TheDemoTellsItsStoryWithTheFiguresOfItsData()
    {
        using TempFolder folder = new();
        using StringWriter output = new();
        using StringWriter error = new();
        using CancellationTokenSource tooLong = new(TimeSpan.FromSeconds(120));
        int code = await CommandLine.RunAsync(["demo", "--keep", folder.PathOf("kept")], output, error, tooLong.Token);
        string text = output.ToString();

        Assert.True(code == 0, $"{code}: {error}{Environment.NewLine}{text}");
        foreach (string part in (string[])
        [
            "first result after", "kill -9", "recover", "28,335 results are stored", "digests are equal", "records/s",
            "200,000 records journaled = 200,000 prepared", "199,869 applied + 131 late", "95,607 applied + 104,393 late",
            "DFW  │      18 │ 253.9", "bytes on disk", "compression", "digest before", "digest after", "Next: your own file",
        ])
        {
            Assert.True(text.Contains(part, StringComparison.Ordinal), $"\"{part}\" is missing in:{Environment.NewLine}{text}");
        }

        Assert.Equal(0, await CommandLine.RunAsync(["verify", folder.PathOf("kept", "data")], TextWriter.Null, error));
    }
}
