using FastStream.Engine.Journal;
using FastStream.TestKit.Files;

namespace FastStream.Tests.Journal;

/// <summary>
/// Single faults of the file system that the sweep found, each held by a test of its own. Method: a data folder over
/// simulated files, one operation that fails, then a restart or a power cut.
/// </summary>
public sealed class JournalFileFaultTests
{
    private const string Folder = "/simulated/disk/data";
    private const int Eio = 5;

    private readonly SimulatedFileSystem _files = new();

    [Fact]
    public void AFolderWhoseNameWasNotFlushedBeforeAKillIsFlushedByTheNextStart()
    {
        DieAt(operation => operation is { Kind: FileOperationKind.FlushDirectory, Path: "/simulated/disk" });
        WhatIsAckedSurvivesAPowerCut();
    }

    [Fact]
    public void AManifestWhoseNameWasNotFlushedBeforeAKillIsFlushedByTheNextStart()
    {
        DieAt(operation => operation is { Kind: FileOperationKind.FlushDirectory, Path: Folder }
            && _files.FileExists(DataFolder.ManifestPath(Folder)));
        WhatIsAckedSurvivesAPowerCut();
    }

    [Fact]
    public void WhatAFailedFlushMayHaveLostIsWrittenAgainBeforeItIsPromised()
    {
        using (DataFolder folder = Open())
        {
            LogImage.Append(folder.Journal, "written, its flush failed");
            _files.Fault = operation => operation.Kind == FileOperationKind.Flush
                ? new FileFault(FileFaultKind.Error, Eio)
                : FileFault.None;
            folder.Journal.RequestCommit();
            Assert.True(SpinWait.SpinUntil(() => folder.Journal.Fault is not null, 20_000));
        }

        _files.Fault = null;
        _files.Restart();
        List<string> promised;
        DataFolder rolled = Open();
        promised = LogImage.Read(rolled.Journal); // rolled forward: whoever asks is told that it is durable
        _files.Fault = _ => new FileFault(FileFaultKind.Death);
        rolled.Dispose();
        _files.Fault = null;
        _files.CutPower(Survival.Nothing, new Random(1));
        using DataFolder again = Open();
        Assert.Equal(promised, LogImage.Read(again.Journal));
    }

    [Fact]
    public void ASmallCommitIsFollowedByAWriteOfZerosThatNobodyWaitsFor()
    {
        using DataFolder folder = Open();
        LogImage.Append(folder.Journal, "first");
        int writes = 0;
        _files.Fault = operation =>
        {
            writes += IsWriteOfEntries(operation) ? 1 : 0;
            return IsWriteOfEntries(operation) && writes > 1 ? new FileFault(FileFaultKind.Error, Eio) : FileFault.None;
        };
        folder.Journal.RequestCommit();
        Assert.True(SpinWait.SpinUntil(() => folder.Journal.Fault is not null, 20_000)); // of the zeros: a bad disk is told of
        Assert.Equal(("write", 2), (folder.Journal.Fault!.Operation, writes));
    }

    [Fact]
    public void ASegmentThatCannotBeMadeForAnyReasonButSpaceStopsTheLog()
    {
        using DataFolder folder = Open();
        _files.Fault = operation => operation.Kind == FileOperationKind.Preallocate
            ? new FileFault(FileFaultKind.Error, Eio)
            : FileFault.None;
        EntryHeader header = new() { Kind = EntryKind.Frame };
        byte[] payload = new byte[4000];
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                folder.Journal.RequestCommit();
                return folder.Journal.TryAppend(ref header, payload, out _) == AppendResult.Faulted;
            },
            20_000));
        Assert.Equal(("get space", Eio), (folder.Journal.Fault!.Operation, folder.Journal.Fault.ErrorCode));
    }

    [Fact]
    public void AnErrorOfTheDiskAboveTheNewestCommitIsNotTheEndOfTheLog()
    {
        using (DataFolder folder = Open())
        {
            LogImage.Append(folder.Journal, "acked");
            LogImage.Commit(folder.Journal);
        }

        int reads = 0;
        List<string> refusals = [];
        for (int at = 1; refusals.Count == 0 || reads >= at; at++)
        {
            reads = 0;
            _files.Fault = operation => operation.Kind == FileOperationKind.Read && ++reads == at
                && operation.Path.EndsWith("log.0", StringComparison.Ordinal)
                    ? new FileFault(FileFaultKind.Error, Eio)
                    : FileFault.None;
            try
            {
                using DataFolder folder = Open();
                Assert.Equal(["acked"], LogImage.Read(folder.Journal));
            }
            catch (Exception refused) when (refused is JournalDamagedException or DataFolderException)
            {
                refusals.Add(refused.Message);
            }
        }

        Assert.All(refusals, refusal => Assert.Contains("error 5", refusal, StringComparison.Ordinal));
    }

    // The first start dies there; the disk stays as it was.
    private void DieAt(Func<FileOperation, bool> place)
    {
        _files.Fault = operation => place(operation) ? new FileFault(FileFaultKind.Death) : FileFault.None;
        Assert.Throws<DataFolderException>(Open);
        _files.Fault = null;
        _files.Restart();
    }

    private void WhatIsAckedSurvivesAPowerCut()
    {
        WriteAndCutPower("acked");
        using DataFolder again = Open();
        Assert.Equal(["acked"], LogImage.Read(again.Journal));
    }

    private static bool IsWriteOfEntries(FileOperation operation) =>
        operation.Kind == FileOperationKind.Write && Path.GetFileName(operation.Path).StartsWith("log.", StringComparison.Ordinal);

    private void WriteAndCutPower(string payload)
    {
        DataFolder folder = Open();
        LogImage.Append(folder.Journal, payload);
        LogImage.Commit(folder.Journal);
        _files.Fault = _ => new FileFault(FileFaultKind.Death);
        folder.Dispose();
        _files.Fault = null;
        _files.CutPower(Survival.Nothing, new Random(1));
    }

    private DataFolder Open() => DataFolder.Open(Folder, new DataFolderSettings
    {
        Journal = LogImage.Tiny,
        Results = LogImage.Tiny,
        State = LogImage.Tiny,
        Files = _files,
    });
}
