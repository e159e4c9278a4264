using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.CrashLoop;

/// <summary>A way for a server to end without notice.</summary>
internal interface ICrash : IDisposable
{
    string Name { get; }

    /// <summary>The data folder that must survive.</summary>
    string DataFolder { get; }

    /// <summary>The level that a producer asks for where the run does not say: it must survive this crash.</summary>
    AckLevel LevelOf(int producer);

    /// <summary>Nothing of the server runs when this returns, and its data folder can be opened again.</summary>
    Task CrashAsync(ServerProcess server);
}
