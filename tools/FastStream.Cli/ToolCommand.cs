using System.CommandLine;

namespace FastStream.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ToolCommand(string name, string description) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Runs <paramref name="run"/>; what it throws is handled in <see cref="CommandLine"/>.</summary>
    public ToolCommand Do(Func<ParseResult, CancellationToken, Task<ExitCode>> run)
    {
        SetAction(async (parsed, stop) => (int)await run(parsed, stop));
        return this;
    }
}
