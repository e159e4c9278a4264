using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>SIGKILL. What was written survives it, so every other producer asks for no more.</summary>
internal sealed class KillCrash(string folder) : ICrash
{
    public string Name => "kill -9";

    public string DataFolder { get; } = Path.Combine(folder, "data");

    public AckLevel LevelOf(int producer) => producer % 2 == 0 ? AckLevel.Durable : AckLevel.Written;

    public Task CrashAsync(ServerProcess server) => server.KillAsync();

    public void Dispose()
    {
    }
}
