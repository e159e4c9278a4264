using FastStream.Engine.Journal;
using FastStream.TestKit.Files;

namespace FastStream.Tests.Journal;

/// <summary>
/// The FASTER log keeps the contract over simulated files too: what the sweep proves there, it proves of the same log.
/// </summary>
public sealed class FasterOverSimulatedFilesTests : EntryLogContract
{
    private readonly SimulatedFileSystem _files = new();
    private readonly LogThreads _threads = new();

    public override void Dispose()
    {
        base.Dispose();
        _threads.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected override IEntryLog Open() => EntryLogs.Open(
        _threads,
        "journal",
        "/simulated/journal",
        new EntryLogSettings { PageBytes = 256 << 10, MemoryBytes = 1 << 20, SegmentBytes = 1 << 20 },
        files: _files);
}
