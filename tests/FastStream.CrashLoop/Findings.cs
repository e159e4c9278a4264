using System.Net.Sockets;
using System.Text.Json;

namespace FastStream.CrashLoop;

/// <summary>What broke the promise: said at once, the first ones kept. One thread.</summary>
internal sealed class Findings(Action<string> say)
{
    private const int MostKept = 20;

    private readonly List<string> _kept = [];

    public IReadOnlyList<string> Kept => _kept;

    public void Add(string finding)
    {
        say($"FOUND {finding}");
        if (_kept.Count < MostKept)
        {
            _kept.Add(finding);
        }
    }

    /// <summary>Whatever a server does that its clients and questions did not expect ends the run as a finding.</summary>
    public async Task GuardAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception fault) when (fault is InvalidOperationException or TimeoutException or IOException
            or SocketException or JsonException or HttpRequestException or KeyNotFoundException)
        {
            Add(fault.Message);
        }
    }

    public void Expect<T>(string what, T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            Add($"{what}: {found} where {expected} was due");
        }
    }
}
