using FastStream.Engine.Journal;
using FastStream.TestKit.Files;

namespace FastStream.Tests.Journal;

/// <summary>
/// The space that is held back: when the journal has filled the disk, results and snapshots can still be written, and
/// what they let go brings the journal back. Method: a simulated disk of a few hundred kilobytes.
/// </summary>
public sealed class DiskReserveTests
{
    private const string Folder = "/simulated/data";
    private const long ReserveBytes = 128 << 10;

    private readonly SimulatedFileSystem _files = new();

    [Fact]
    public void WhenTheJournalHasFilledTheDiskTheStateLogStillGetsItsFiles()
    {
        using DataFolder folder = Open(ReserveBytes);
        FillDisk(folder.Journal);
        int stored = 0;
        for (int chunk = 0; chunk < 20; chunk++)
        {
            stored += AppendWithin(folder.State, AppendResult.Ok) ? 1 : 0; // over the end of its first file
        }

        Assert.Equal(20, stored);
        LogImage.Commit(folder.State);
        Assert.Equal(-1, _files.LengthOf($"{Folder}/{DiskReserve.FileName}"));
        Assert.True(AppendWithin(folder.Journal, AppendResult.DiskFull), "the journal took what was held back");
    }

    [Fact]
    public void WithSpaceTheReserveIsHeldAgainBeforeTheJournalGoesOn()
    {
        using DataFolder folder = Open(ReserveBytes);
        FillDisk(folder.Journal);
        for (int chunk = 0; chunk < 20; chunk++)
        {
            Assert.True(AppendWithin(folder.State, AppendResult.Ok));
        }

        _files.CapacityBytes += 1 << 20;
        Assert.True(AppendWithin(folder.Journal, AppendResult.Ok));
        Assert.Equal(ReserveBytes, _files.LengthOf($"{Folder}/{DiskReserve.FileName}"));
    }

    [Fact]
    public void WithoutAReserveTheStateLogIsRefusedLikeTheJournal()
    {
        using DataFolder folder = Open(reserveBytes: 0);
        FillDisk(folder.Journal);
        bool isRefused = false;
        for (int chunk = 0; chunk < 20 && !isRefused; chunk++)
        {
            isRefused = !AppendWithin(folder.State, AppendResult.Ok, orIs: AppendResult.DiskFull);
        }

        Assert.True(isRefused);
    }

    [Fact]
    public void AFullDiskStartsWithoutTheReserveAndRefusesByNamingTheDisk()
    {
        using (DataFolder folder = Open(ReserveBytes))
        {
            LogImage.Append(folder.Journal, "kept");
            LogImage.Commit(folder.Journal);
        }

        _files.Delete($"{Folder}/{DiskReserve.FileName}");
        _files.CapacityBytes = 0; // nothing new fits
        using DataFolder again = Open(ReserveBytes);
        Assert.Equal(["kept"], LogImage.Read(again.Journal));
        bool isRefused = false;
        for (int entry = 0; entry < 40 && !isRefused; entry++)
        {
            isRefused = !AppendWithin(again.Journal, AppendResult.Ok, orIs: AppendResult.DiskFull);
        }

        Assert.True(isRefused);
        Assert.Null(again.Journal.Fault);
    }

    private DataFolder Open(long reserveBytes) => DataFolder.Open(Folder, new DataFolderSettings
    {
        Journal = LogImage.Tiny,
        Results = LogImage.Tiny,
        State = LogImage.Tiny,
        ReserveBytes = reserveBytes,
        Files = _files,
    });

    private void FillDisk(FasterEntryLog journal)
    {
        _files.CapacityBytes = 640 << 10;
        for (int entry = 0; entry < 1000; entry++)
        {
            if (!AppendWithin(journal, AppendResult.Ok, orIs: AppendResult.DiskFull))
            {
                LogImage.Commit(journal);
                return;
            }
        }

        Assert.Fail("the disk is not full");
    }

    /// <summary>Appends until the answer is the one wanted; false when it was the other one.</summary>
    private static bool AppendWithin(FasterEntryLog log, AppendResult wanted, AppendResult? orIs = null)
    {
        EntryHeader header = new() { Kind = EntryKind.Frame };
        byte[] payload = new byte[5000];
        AppendResult result = AppendResult.Full;
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    result = log.TryAppend(ref header, payload, out _);
                    if (result == AppendResult.Full)
                    {
                        log.RequestCommit();
                    }

                    return result == wanted || result == orIs;
                },
                30_000),
            $"{log.Name}: {result}");
        return result == wanted;
    }
}
