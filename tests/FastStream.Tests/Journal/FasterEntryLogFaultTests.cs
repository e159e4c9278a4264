using FASTER.core;
using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

/// <summary>
/// What a log does when its disk does not. Method: the device, the allocation and the commit slots each take a hook
/// that answers with an error number, at the place where the system call would.
/// </summary>
public sealed class FasterEntryLogFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogThreads _threads = new();

    public void Dispose()
    {
        _threads.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    public void AFailedWriteOrFlushStopsTheLogUntilItIsReopened(string operation)
    {
        long durable;
        using (FasterEntryLog log = Open())
        {
            LogImage.Append(log, "safe");
            LogImage.Commit(log);
            durable = log.DurableAddress;
            bool told = false;
            log.DurableAdvanced = () => Volatile.Write(ref told, log.Fault is not null);
            log.Device.Fault = asked => asked == operation ? LibC.EIO : 0;
            LogImage.Append(log, "lost");
            log.RequestCommit();
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref told), 10_000));
            Assert.Equal((operation, LibC.EIO), (log.Fault!.Operation, log.Fault.ErrorCode));
            Assert.Equal(durable, log.DurableAddress);
            EntryHeader header = default;
            Assert.Equal(AppendResult.Faulted, log.TryAppend(ref header, [], out _));
            log.Device.Fault = null;
            log.RequestCommit(); // the disk is well again, but what it lost it will not tell twice
            Assert.Equal(AppendResult.Faulted, log.TryAppend(ref header, [], out _));
            Assert.Equal(durable, log.DurableAddress);
        }

        using FasterEntryLog again = Open();
        List<string> payloads = LogImage.Read(again);
        Assert.Equal("safe", payloads[0]);
        LogImage.Append(again, "next");
        LogImage.Commit(again);
        Assert.Equal("next", LogImage.Read(again)[^1]);
    }

    [Fact]
    public void AFailedCommitSlotStopsTheLogAndTheOlderCommitStands()
    {
        using (FasterEntryLog log = Open())
        {
            LogImage.Append(log, "safe");
            LogImage.Commit(log);
            long durable = log.DurableAddress;
            log.Slots.FaultError = LibC.EIO;
            LogImage.Append(log, "written, not acknowledged");
            log.RequestCommit();
            Assert.True(SpinWait.SpinUntil(() => log.Fault is not null, 10_000));
            Assert.Equal("commit", log.Fault!.Operation);
            Assert.Equal(durable, log.DurableAddress);
            Assert.Equal(durable, LogRecovery.ReadCommit(log.Geometry, out _).UntilAddress);
        }

        using FasterEntryLog again = Open();
        Assert.Equal("safe", LogImage.Read(again)[0]);
    }

    [Fact]
    public void AFullDiskRefusesWithoutAFaultAndGoesOnWhenSpaceReturns()
    {
        using FasterEntryLog log = Open();
        log.Segments.AllocationFault = _ => LibC.ENOSPC;
        List<string> kept = [];
        EntryHeader header = new() { Kind = EntryKind.Frame };
        byte[] payload = [.. Enumerable.Repeat((byte)'x', 2000)];
        AppendResult result = AppendResult.Ok;
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    result = log.TryAppend(ref header, payload, out _);
                    if (result == AppendResult.Ok)
                    {
                        kept.Add(new string('x', 2000));
                    }

                    return result == AppendResult.DiskFull;
                },
                10_000),
            $"{result}");
        Assert.NotEmpty(kept);
        LogImage.Commit(log); // what was taken has its space, its padding too
        Assert.Null(log.Fault);
        Assert.Equal(LibC.ENOSPC, log.Segments.AllocationError);
        Assert.Equal(AppendResult.DiskFull, log.TryAppend(ref header, payload, out _));

        log.Segments.AllocationFault = null;
        Assert.True(SpinWait.SpinUntil(
            () => log.TryAppend(ref header, payload, out _) == AppendResult.Ok, 10_000));
        kept.Add(new string('x', 2000));
        LogImage.Commit(log);
        Assert.Equal(kept, LogImage.Read(log));
    }

    [Fact]
    public void ASlowDiskFillsTheMemoryAndAppendsSayFullInsteadOfWaiting()
    {
        using ManualResetEventSlim open = new();
        using FasterEntryLog log = Open(LogImage.Tiny with { SegmentBytes = 4 << 20 });
        using Opener opened = HoldUntilDisposed(log, "write", open);
        byte[] payload = new byte[4000];
        EntryHeader header = new() { Kind = EntryKind.Frame };
        int appended = 0;
        AppendResult result;
        while ((result = log.TryAppend(ref header, payload, out _)) == AppendResult.Ok)
        {
            appended++;
            log.RequestCommit();
        }

        Assert.Equal(AppendResult.Full, result);
        long unwritten = log.TailAddress - log.WrittenAddress;
        Assert.InRange(unwritten, 1, LogImage.Tiny.MemoryBytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int index = 0; index < 1000; index++)
        {
            if (log.TryAppend(ref header, payload, out _) != AppendResult.Full)
            {
                Assert.Fail("the log took an entry for which it had no room");
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        open.Set();
        Assert.True(SpinWait.SpinUntil(
            () => log.TryAppend(ref header, payload, out _) == AppendResult.Ok, 10_000));
        LogImage.Commit(log);
        Assert.Equal(appended + 1, LogImage.Read(log).Count);
    }

    [Fact]
    public void WhatIsWrittenIsKnownBeforeItIsFlushed()
    {
        using ManualResetEventSlim open = new();
        using FasterEntryLog log = Open();
        using Opener opened = HoldUntilDisposed(log, "flush", open);
        LogImage.Append(log, "written");
        long end = log.TailAddress;
        log.RequestCommit();
        Assert.True(SpinWait.SpinUntil(() => log.WrittenAddress >= end, 10_000));
        Assert.True(log.DurableAddress < end);
        Assert.Equal(["written"], LogImage.Read(log));
        open.Set();
        LogImage.Commit(log);
    }

    [Fact]
    public void WarmAppendsAndCommitsAllocateNextToNothing()
    {
        const int Entries = 4000;
        using FasterEntryLog log = Open(new EntryLogSettings
        {
            PageBytes = 1 << 20,
            MemoryBytes = 8 << 20,
            SegmentBytes = 64 << 20,
        });
        byte[] payload = new byte[8000];
        Append(2000); // twice the memory: every page has been used
        long before = GC.GetAllocatedBytesForCurrentThread();
        Append(Entries);
        long onThisThread = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(onThisThread, 0, Entries * 5);
        LogImage.Commit(log);
        Assert.True(log.Slots.ListCommits().First() > 1);

        void Append(int count)
        {
            EntryHeader header = new() { Kind = EntryKind.Frame };
            SpinWait wait = default;
            for (int index = 0; index < count; index++)
            {
                while (log.TryAppend(ref header, payload, out _) != AppendResult.Ok)
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }

                log.RequestCommit();
            }
        }
    }

    [Fact]
    public void CommitsEndOnBlocksSoThatNoDurableByteIsWrittenAgain()
    {
        using FasterEntryLog log = Open();
        Random random = new(5);
        for (int index = 0; index < 100; index++)
        {
            LogImage.Append(log, new string('b', random.Next(6000)));
            LogImage.Commit(log); // a write over durable bytes would stop the log
            Assert.Equal(0, log.DurableAddress % DurableFile.BlockBytes);
        }
    }

    [Fact]
    public void ARealFullDiskRefusesAndComesBackWhenItGrows()
    {
        using SmallDisk? disk = SmallDisk.TryMount(_folder["disk"], "640k");
        if (disk is null)
        {
            return; // mounting takes root
        }

        using FasterEntryLog log = EntryLogs.Open(_threads, "journal", _folder["disk/journal"], LogImage.Tiny);
        EntryHeader header = new() { Kind = EntryKind.Frame };
        byte[] payload = [.. Enumerable.Repeat((byte)'d', 3000)];
        int taken = AppendUntil(AppendResult.DiskFull);
        Assert.InRange(taken, 64 * 1024 / 3200, 640 * 1024 / 3000);
        LogImage.Commit(log);
        Assert.Null(log.Fault);
        disk.Resize("4m");
        taken += AppendUntil(AppendResult.Ok) + 1;
        LogImage.Commit(log);
        Assert.Equal(taken, LogImage.Read(log).Count);

        int AppendUntil(AppendResult wanted)
        {
            int count = 0;
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    AppendResult result = log.TryAppend(ref header, payload, out _);
                    count += result == AppendResult.Ok && result != wanted ? 1 : 0;
                    return result == wanted;
                },
                20_000));
            return count;
        }
    }

    [Fact]
    public void TruncationRemovesWholeSegmentsAndReopeningFindsTheRest()
    {
        string[] payloads = [.. Enumerable.Range(0, 400).Select(index => $"{index} " + new string('z', 1000))];
        int segments;
        using (FasterEntryLog log = Open())
        {
            long[] addresses = [.. payloads.Select(payload => LogImage.Append(log, payload))];
            LogImage.Commit(log);
            segments = log.Geometry.FindSegments().Count;
            long stored = log.StoredBytes;
            log.TruncateBefore(addresses[200]);
            Assert.True(SpinWait.SpinUntil(() => log.Geometry.FindSegments().Count < segments - 1, 10_000));
            Assert.True(SpinWait.SpinUntil(() => log.StoredBytes < stored, 10_000));
            Assert.Equal(addresses[200], log.BeginAddress);
            Assert.Equal(payloads[200..], LogImage.Read(log));
        }

        using FasterEntryLog again = Open();
        Assert.Equal(payloads[200..], LogImage.Read(again));
        Assert.True(again.Geometry.FindSegments()[0] > 0);
    }

    [Fact]
    public unsafe void StockFasterReadsTheSameEntries()
    {
        string[] payloads = [.. Enumerable.Range(0, 300).Select(index => $"{index} " + new string('f', index))];
        LogImage.Write(_folder["journal"], payloads, commitEvery: 30);
        LogGeometry geometry = LogManifest.Read("journal", _folder["journal"])!;
        CommitRecord commit = LogRecovery.ReadCommit(geometry, out _);
        using IDevice device = Devices.CreateLogDevice(Path.Combine(geometry.Directory, "log"));
        using FasterLogSettings settings = new()
        {
            LogDevice = device,
            LogCommitDir = _folder["unused"],
            PageSize = geometry.PageBytes,
            SegmentSize = geometry.SegmentBytes,
            MemorySize = LogImage.Tiny.MemoryBytes,
            TryRecoverLatest = false,
        };
        using FasterLog faster = new(settings);
        faster.Initialize(commit.BeginAddress, commit.UntilAddress, commit.Number);
        List<string> read = [];
        using FasterLogScanIterator iterator = faster.Scan(commit.BeginAddress, commit.UntilAddress);
        while (iterator.GetNext(out byte[] entry, out _, out _))
        {
            fixed (byte* header = entry)
            {
                Assert.Equal(EntryFault.None, ((EntryHeader*)header)->Check());
                if (((EntryHeader*)header)->Kind == EntryKind.Frame)
                {
                    read.Add(System.Text.Encoding.UTF8.GetString(entry.AsSpan(EntryHeader.SizeBytes)));
                }
            }
        }

        Assert.Equal(payloads, read);
    }

    /// <summary>Makes an operation of the device wait; a test that fails meanwhile must not hang at closing.</summary>
    private static Opener HoldUntilDisposed(FasterEntryLog log, string operation, ManualResetEventSlim open)
    {
        log.Device.Fault = asked =>
        {
            if (asked == operation)
            {
                open.Wait();
            }

            return 0;
        };
        return new Opener(open);
    }

    private sealed class Opener(ManualResetEventSlim open) : IDisposable
    {
        public void Dispose() => open.Set();
    }

    private FasterEntryLog Open(EntryLogSettings? settings = null) =>
        EntryLogs.Open(_threads, "journal", _folder["journal"], settings ?? LogImage.Tiny);
}
