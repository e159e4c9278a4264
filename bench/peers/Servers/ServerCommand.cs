using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>How a server is started and stopped.</summary>
/// <param name="Program">Its full path.</param>
/// <param name="Arguments">As they are.</param>
/// <param name="LogFile">For what it prints; in its data folder.</param>
internal sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Who runs it when we are root; null: root.</summary>
    public string? User { get; init; }

    public int StopSignal { get; init; } = LibC.TerminateSignal;

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
