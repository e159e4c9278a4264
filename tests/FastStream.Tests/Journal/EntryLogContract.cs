using System.Text;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Tests.Journal;

/// <summary>
/// What every log must do, whatever lies under it. Each kind of log has a class deriving from this one.
/// </summary>
public abstract class EntryLogContract : IDisposable
{
    private readonly List<IEntryLog> _opened = [];

    public virtual void Dispose()
    {
        _opened.ForEach(log => log.Dispose());
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void EntriesComeBackInOrderWithTheirHeadersAndPayloads()
    {
        IEntryLog log = OpenTracked();
        List<long> addresses = [];
        for (uint index = 0; index < 100; index++)
        {
            addresses.Add(Append(log, $"payload {index}", new EntryHeader
            {
                Kind = EntryKind.Frame,
                StreamId = index,
                Epoch = 7,
                FrameSequence = index + 1,
                ArrivalNs = -5,
            }));
        }

        Commit(log);
        List<Seen> seen = ReadAll(log);
        Assert.Equal(100, seen.Count);
        Assert.Equal(addresses, seen.Select(entry => entry.Address));
        for (int index = 0; index < seen.Count; index++)
        {
            EntryHeader header = seen[index].Header;
            Assert.Equal($"payload {index}", seen[index].Payload);
            Assert.Equal((uint)index, header.StreamId);
            Assert.Equal((7ul, (ulong)index + 1, -5L), (header.Epoch, header.FrameSequence, header.ArrivalNs));
            Assert.Equal(log.Incarnation, header.Incarnation);
            Assert.Equal(EntryFault.None, header.Check());
        }
    }

    [Fact]
    public void AnEntryIsDurableWhenTheDurableAddressHasReachedItsEnd()
    {
        IEntryLog log = OpenTracked();
        Append(log, "first");
        long end = log.TailAddress;
        Assert.True(log.DurableAddress < end);
        Commit(log);
        Assert.True(log.DurableAddress >= end);
        Assert.True(log.WrittenAddress >= log.DurableAddress);
        Assert.True(log.TailAddress >= log.WrittenAddress);
        Assert.True(log.BeginAddress <= log.DurableAddress);
    }

    [Fact]
    public void EachNewEntryKnowsWhatWasDurableBefore()
    {
        IEntryLog log = OpenTracked();
        Append(log, "first");
        Commit(log);
        long durable = log.DurableAddress;
        Append(log, "second");
        Commit(log);
        Assert.Equal((ulong)durable, ReadAll(log)[1].Header.DurableAddressKnown);
    }

    [Fact]
    public void TheCallbackComesAfterTheDurableAddressHasRisen()
    {
        IEntryLog log = OpenTracked();
        long seen = 0;
        log.DurableAdvanced = () => InterlockedMax(ref seen, log.DurableAddress);
        Append(log, "first");
        long end = log.TailAddress;
        log.RequestCommit();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref seen) >= end, 10_000));
    }

    [Fact]
    public void ReopeningKeepsAddressesSequenceAndContentAndStartsANewIncarnation()
    {
        IEntryLog first = OpenTracked();
        long begin = first.BeginAddress;
        long one = Append(first, "one");
        Commit(first);
        long tail = first.TailAddress;
        ulong incarnation = first.Incarnation;
        first.Dispose();

        IEntryLog second = OpenTracked();
        Assert.Equal(incarnation + 1, second.Incarnation);
        Assert.Equal(begin, second.BeginAddress);
        Assert.True(second.TailAddress > tail);
        Assert.Equal(second.TailAddress, second.DurableAddress);
        long two = Append(second, "two");
        Commit(second);
        List<Seen> seen = ReadAll(second);
        Assert.Equal([("one", one), ("two", two)], seen.Select(entry => (entry.Payload, entry.Address)));
        Assert.Equal([incarnation, incarnation + 1], seen.Select(entry => entry.Header.Incarnation));
    }

    [Fact]
    public void SequencesRunWithoutAGapOverPaddingAndIncarnations()
    {
        for (int life = 0; life < 3; life++)
        {
            using IEntryLog log = Open();
            Append(log, "a");
            Commit(log);
            Append(log, "b");
            Append(log, "c");
            Commit(log);
        }

        using IEntryLog last = Open();
        ulong previous = 0;
        foreach (Seen entry in ReadAll(last, withIncarnations: true))
        {
            Assert.True(entry.Header.EntrySequence > previous);
            Assert.True(entry.Header.EntrySequence <= previous + 2, "only padding lies between two entries");
            previous = entry.Header.EntrySequence;
        }
    }

    [Fact]
    public void AnEmptyPayloadIsAnEntryToo()
    {
        IEntryLog log = OpenTracked();
        Append(log, "");
        Append(log, "after");
        Commit(log);
        Assert.Equal(["", "after"], ReadAll(log).Select(entry => entry.Payload));
    }

    [Fact]
    public void APayloadAboveTheLimitIsRefusedAndOneAtTheLimitIsNot()
    {
        IEntryLog log = OpenTracked();
        byte[] payload = new byte[log.MaxPayloadBytes + 1];
        Random.Shared.NextBytes(payload);
        EntryHeader header = new() { Kind = EntryKind.Frame };
        long tail = log.TailAddress;
        Assert.Equal(AppendResult.TooLarge, log.TryAppend(ref header, payload, out _));
        Assert.Equal(tail, log.TailAddress);
        Assert.Equal(AppendResult.Ok, log.TryAppend(ref header, payload.AsSpan(1), out long address));
        Commit(log);
        BlockPool pool = new(1L << 30);
        Assert.True(log.TryRead(address, pool, out EntryHeader read, out BlockLease lease));
        using (lease)
        {
            Assert.Equal((uint)log.MaxPayloadBytes, read.PayloadBytes);
            Assert.True(payload.AsSpan(1).SequenceEqual(lease.Span[..log.MaxPayloadBytes]));
        }

        Assert.Equal(0, pool.OutstandingCount);
    }

    [Fact]
    public void EntriesThatFillManyPagesComeBackWhole()
    {
        const int Count = 400;
        IEntryLog log = OpenTracked();
        byte[] payload = new byte[Math.Min(50_000, log.MaxPayloadBytes)];
        List<(long Address, int Length)> expected = [];
        Random random = new(11);
        for (int index = 0; index < Count; index++)
        {
            int length = random.Next(payload.Length);
            random.NextBytes(payload.AsSpan(0, length));
            EntryHeader header = new() { Kind = EntryKind.Frame, Detail = Crc32C.Compute(payload.AsSpan(0, length)) };
            long address;
            while (log.TryAppend(ref header, payload.AsSpan(0, length), out address) == AppendResult.Full)
            {
                log.RequestCommit();
                Thread.Yield();
            }

            expected.Add((address, length));
            if (index % 37 == 0)
            {
                log.RequestCommit();
            }
        }

        Commit(log);
        using IEntryScanner scanner = log.Scan(log.BeginAddress, log.DurableAddress);
        int next = 0;
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> read))
        {
            if (header.Kind == EntryKind.Frame)
            {
                Assert.Equal(expected[next++], (address, read.Length));
                Assert.Equal(header.Detail, Crc32C.Compute(read));
            }
        }

        Assert.Equal(Count, next);
    }

    [Fact]
    public void AScanMayStartAndEndAtAnyEntry()
    {
        IEntryLog log = OpenTracked();
        long[] addresses = [.. Enumerable.Range(0, 10).Select(index => Append(log, $"{index}"))];
        Commit(log);
        for (int from = 0; from < 10; from++)
        {
            for (int to = from; to < 10; to++)
            {
                Assert.Equal(
                    Enumerable.Range(from, to - from).Select(index => $"{index}"),
                    ReadAll(log, addresses[from], addresses[to]).Select(entry => entry.Payload));
            }
        }
    }

    [Fact]
    public void WhatWasTruncatedCannotBeReadAndTheRestCan()
    {
        IEntryLog log = OpenTracked();
        long first = Append(log, "first");
        long second = Append(log, "second");
        Commit(log);
        log.TruncateBefore(second);
        Append(log, "third");
        Commit(log);
        Assert.Equal(second, log.BeginAddress);
        Assert.Equal(["second", "third"], ReadAll(log).Select(entry => entry.Payload));
        BlockPool pool = new(1 << 20);
        Assert.False(log.TryRead(first, pool, out _, out _));
        Assert.True(log.TryRead(second, pool, out _, out BlockLease lease));
        lease.Dispose();
        log.Dispose();

        IEntryLog again = OpenTracked();
        Assert.Equal(second, again.BeginAddress);
        Assert.Equal(["second", "third"], ReadAll(again).Select(entry => entry.Payload));
    }

    [Fact]
    public void AClosedLogTakesNothing()
    {
        IEntryLog log = OpenTracked();
        Append(log, "kept");
        log.Dispose();
        EntryHeader header = new() { Kind = EntryKind.Frame };
        Assert.Equal(AppendResult.Faulted, log.TryAppend(ref header, [1], out _));
        Assert.Equal(["kept"], ReadAll(OpenTracked()).Select(entry => entry.Payload));
    }

    [Fact]
    public void CommittingNothingIsHarmless()
    {
        IEntryLog log = OpenTracked();
        long tail = log.TailAddress;
        for (int index = 0; index < 100; index++)
        {
            log.RequestCommit();
        }

        Append(log, "one");
        Commit(log);
        Assert.True(log.TailAddress - tail <= 2 * 4096);
    }

    /// <summary>Opens a log over this test's storage, with whatever an earlier one left there.</summary>
    private protected abstract IEntryLog Open();

    private protected static void Commit(IEntryLog log)
    {
        long tail = log.TailAddress;
        log.RequestCommit();
        Assert.True(
            SpinWait.SpinUntil(() => log.DurableAddress >= tail || log.Fault is not null, 20_000),
            $"durable {log.DurableAddress} of {tail}");
        Assert.Null(log.Fault);
    }

    private protected static long Append(IEntryLog log, string payload, EntryHeader header = default)
    {
        header.Kind = header.Kind == EntryKind.None ? EntryKind.Frame : header.Kind;
        Assert.Equal(AppendResult.Ok, log.TryAppend(ref header, Encoding.UTF8.GetBytes(payload), out long address));
        return address;
    }

    private protected static List<Seen> ReadAll(
        IEntryLog log, long from = 0, long to = long.MaxValue, bool withIncarnations = false)
    {
        List<Seen> seen = [];
        using IEntryScanner scanner = log.Scan(from == 0 ? log.BeginAddress : from, to);
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            Assert.NotEqual(EntryKind.Padding, header.Kind);
            if (withIncarnations || header.Kind != EntryKind.IncarnationStarted)
            {
                seen.Add(new Seen(address, header, Encoding.UTF8.GetString(payload)));
            }
        }

        return seen;
    }

    private protected IEntryLog OpenTracked()
    {
        IEntryLog log = Open();
        _opened.Add(log);
        return log;
    }

    private static void InterlockedMax(ref long target, long value)
    {
        long seen = Volatile.Read(ref target);
        while (seen < value)
        {
            long found = Interlocked.CompareExchange(ref target, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    private protected sealed record Seen(long Address, EntryHeader Header, string Payload);
}
