using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: the steps of an entry, built, appended, left, each with what it waits for. Method: journal and results log
/// are moved by hand.
/// </summary>
public sealed class ResultsLogWriterTests
{
    [Fact]
    public void NothingIsAppendedBeforeItsCauseIsDurable()
    {
        using ResultsHarness harness = new() { JournalDurable = 100 };
        harness.Feed([new(100, 1, 0, [1, 2, 3])]);
        Assert.Empty(harness.ReadLog());
        Assert.Equal(100, harness.Stage.DurableBelow);
        Assert.Equal(ResultsHarness.JournalEnd, harness.Stage.MergedBelow);

        harness.JournalDurable = 101;
        harness.Turn();
        Assert.Single(harness.ReadLog());
        Assert.Equal(ResultsHarness.JournalEnd, harness.Stage.DurableBelow);
    }

    [Fact]
    public void NothingIsIndexedOrLeavesBeforeItIsDurableItself()
    {
        using ResultsHarness harness = new();
        List<ResultLevel> seen = [];
        ResultsView view = ResultsHarness.CreateView(1);
        ResultsGate gate = harness.Stage.Gate;
        using IDisposable durable = gate.Subscribe(view, ResultLevel.Durable, rows => seen.Add(rows.Level), null);
        using IDisposable applied = gate.Subscribe(view, ResultLevel.Applied, rows => seen.Add(rows.Level), null);
        harness.Log.HoldsCommits = true;
        harness.Feed([new(100, 1, 0, [1])]);
        Assert.Equal([ResultLevel.Applied], seen);
        Assert.Equal(0, harness.Stage.Index.EntryCount);
        Assert.Equal(100, harness.Stage.DurableBelow);
        Assert.True(harness.Log.CommitIsWaiting);

        harness.Commit();
        Assert.Equal([ResultLevel.Applied, ResultLevel.Durable], seen);
        Assert.Equal(1, harness.Stage.Index.EntryCount);
        Assert.Equal(ResultsHarness.JournalEnd, harness.Stage.DurableBelow);
    }

    [Fact]
    public void AJournalThatStandsStillHoldsABoundedNumberOfEntriesAndLosesNone()
    {
        using ResultsHarness harness = new(options: new ResultsOptions { MaxWaitingSlices = 3 }) { JournalDurable = 0 };
        int added = 0;
        for (; harness.Stage.HasRoom(0); added++)
        {
            var slice = new ResultSlice();
            slice.Reset(1, 3);
            (slice.StreamId, slice.ViewId, slice.CauseAddress) = (ResultsHarness.StreamId, 1, 100);
            (slice.WindowStart, slice.RowCount, slice.IsFirst, slice.IsLast) = (added, 1, true, true);
            harness.Stage.Add(0, slice);
            harness.Turn();
        }

        Assert.Equal(ResultsLogWriter.EntryCapacity, harness.Stage.PendingEntryCount);
        Assert.Equal(ResultsLogWriter.EntryCapacity + 3, added);
        harness.JournalDurable = ResultsHarness.JournalEnd;
        harness.Stage.SetEmittedBelow(0, 200);
        harness.Turn();
        Assert.Equal(Enumerable.Range(0, added).Select(i => (long)i), harness.ReadLog().Select(e => e.Start));
    }

    [Fact]
    public void AFullLogOrDiskIsWaitedFor()
    {
        using ResultsHarness harness = new();
        harness.Log.Faults.FullAtAppend = 1;
        harness.Feed([new(100, 1, 0, [1])]);
        harness.Turn();
        Assert.Single(harness.ReadLog());

        harness.Log.Faults.DiskIsFull = true;
        harness.Feed([new(ResultsHarness.JournalEnd, 1, 10, [1])], emittedBelow: ResultsHarness.JournalEnd + 1);
        harness.JournalDurable = ResultsHarness.JournalEnd + 1;
        harness.Turn();
        Assert.Single(harness.ReadLog());
        Assert.Null(harness.Stage.Fault);

        harness.Log.Faults.DiskIsFull = false;
        harness.Turn();
        Assert.Equal(2, harness.ReadLog().Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFailedLogStopsResultsAndNothingLeaves(bool failsAtFlush)
    {
        using ResultsHarness harness = new();
        harness.Log.Faults.FailAtFlush = failsAtFlush ? 1 : 0;
        harness.Log.Faults.FailAtAppend = failsAtFlush ? 0 : 1;
        bool left = false;
        using IDisposable handler =
            harness.Stage.Gate.Subscribe(ResultsHarness.CreateView(1), ResultLevel.Durable, _ => left = true, null);
        harness.Feed([new(100, 1, 0, [1])], allowsFault: true);
        ResultsFault fault = Assert.IsType<ResultsFault>(harness.Stage.Fault);
        Assert.False(fault.IsDamage);
        Assert.False(left);
        Assert.False(harness.Stage.Turn(ResultsHarness.JournalEnd, 1));
    }

    [Fact]
    public void RowsOfALargeEntryComeBackThroughCompression()
    {
        using ResultsHarness harness = new();
        TestClose close = new(100, 1, 0, [.. Enumerable.Range(0, 500).Select(k => (ulong)k)]);
        harness.Feed([close]);
        byte[] scratch = [];
        using IEntryScanner scanner = harness.Log.Scan(harness.Log.BeginAddress, harness.Log.TailAddress);
        Assert.True(scanner.MoveNext(out _, out EntryHeader header, out ReadOnlySpan<byte> payload));
        Assert.True(scanner.MoveNext(out long address, out header, out payload));
        Assert.Equal(ResultEntryLayout.CompressedFlag, header.Flags & ResultEntryLayout.CompressedFlag);
        Assert.True(payload.Length < ResultEntryLayout.RawBytes(500, 3));
        ResultRows rows = ResultRows.Open(address, in header, payload, ref scratch);
        for (int row = 0; row < rows.RowCount; row++)
        {
            ulong key = rows.Keys[row];
            double[] values = [rows.Values(0)[row], rows.Values(1)[row], rows.Values(2)[row]];
            Assert.Equal(TestClose.CountOf(key), rows.Counts[row]);
            Assert.Equal(close.ValuesOf(key), values);
        }

        Assert.Equal(500, harness.Counters.Read(EngineCounter.ResultRowsAppended));
        Assert.Equal(1, harness.Counters.Read(EngineCounter.WindowsClosed));
    }

    [Fact]
    public void APayloadCutOrLengthenedAnywhereIsNoResult()
    {
        var entry = new ResultEntry();
        entry.Begin(new ClosedWindow(1, 1, 1, 0, 10, 0), 2, 0, true);
        ulong[] keys = [.. Enumerable.Range(0, 40).Select(k => (ulong)k)];
        entry.Add(keys, new long[40], new double[80]);
        entry.Seal(true);
        byte[] payload = entry.Encode(0, out EntryHeader header).ToArray();
        byte[] raw = entry.Raw.ToArray();
        Assert.NotEqual(0, header.Flags & ResultEntryLayout.CompressedFlag);
        EntryHeader rawHeader = header;
        rawHeader.Flags &= unchecked((ushort)~ResultEntryLayout.CompressedFlag);
        byte[] scratch = [];
        Assert.True(ResultRows.TryOpen(in header, payload, ref scratch, out _));
        Assert.True(ResultRows.TryOpen(in rawHeader, raw, ref scratch, out _));
        for (int length = 0; length < payload.Length; length++)
        {
            Assert.False(ResultRows.TryOpen(in header, payload.AsSpan(0, length), ref scratch, out _), $"{length}");
        }

        for (int length = 0; length < raw.Length; length++)
        {
            Assert.False(ResultRows.TryOpen(in rawHeader, raw.AsSpan(0, length), ref scratch, out _), $"{length}");
        }

        Assert.False(ResultRows.TryOpen(in rawHeader, (byte[])[.. raw, 0], ref scratch, out _));
    }
}
