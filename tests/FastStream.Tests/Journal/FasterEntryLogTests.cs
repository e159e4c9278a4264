using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

/// <summary>The FASTER log keeps the contract, with pages so small that every border is met.</summary>
public sealed class FasterEntryLogTests : EntryLogContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogThreads _threads = new();

    public override void Dispose()
    {
        base.Dispose();
        _threads.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected override IEntryLog Open() => EntryLogs.Open(
        _threads,
        "journal",
        _folder["journal"],
        new EntryLogSettings { PageBytes = 256 << 10, MemoryBytes = 1 << 20, SegmentBytes = 1 << 20 });
}
