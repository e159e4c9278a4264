using System.Text;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;

namespace FastStream.Tests.Journal;

/// <summary>
/// Goal: the log without files gives back what was appended and not truncated. Method: random entries and cuts against
/// a list, and readers on another thread while entries are appended and cut.
/// </summary>
public sealed class MemoryLogTests
{
    private const int MaxPayloadBytes = 256 << 10;

    [Fact]
    public void EntriesThatWereNotTruncatedComeBackInOrder()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        using MemoryLog log = new("results", MaxPayloadBytes, forgets: false);
        BlockPool pool = new(64 << 20);
        List<(long Address, byte[] Payload)> kept = [];
        for (int i = 0; i < 2_000; i++)
        {
            byte[] payload = new byte[random.Next(4) == 0 ? random.Next(MaxPayloadBytes + 1) : random.Next(300)];
            random.NextBytes(payload);
            kept.Add((Append(log, payload), payload));
            if (random.Next(100) == 0)
            {
                int gone = random.Next(kept.Count);
                log.TruncateBefore(kept[gone].Address);
                kept.RemoveRange(0, gone);
            }
        }

        List<(long Address, byte[] Payload)> scanned = [];
        using IEntryScanner scanner = log.Scan(log.BeginAddress, log.TailAddress);
        while (scanner.MoveNext(out long address, out _, out ReadOnlySpan<byte> payload))
        {
            scanned.Add((address, payload.ToArray()));
        }

        Assert.True(kept.Count == scanned.Count, $"seed {seed}: {kept.Count} kept, {scanned.Count} found");
        for (int i = 0; i < kept.Count; i++)
        {
            Assert.Equal(kept[i].Address, scanned[i].Address);
            Assert.True(kept[i].Payload.AsSpan().SequenceEqual(scanned[i].Payload), $"seed {seed}, entry {i}");
            Assert.True(log.TryRead(kept[i].Address, pool, out EntryHeader header, out BlockLease payload));
            Assert.Equal((uint)kept[i].Payload.Length, header.PayloadBytes);
            Assert.True(payload.Span[..kept[i].Payload.Length].SequenceEqual(kept[i].Payload));
            payload.Dispose();
        }
    }

    [Fact]
    public void ALogThatFillsUpCausesNoCollection()
    {
        const int LogBytes = 16 << 20;
        const int MostBytes = 1 << 20; // what the test itself makes for each entry, and much more
        using MemoryLog log = new("results", MaxPayloadBytes, forgets: false);
        byte[] payload = new byte[64 << 10];
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (log.TailAddress < LogBytes)
        {
            Append(log, payload);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }

    [Fact]
    public void AReaderNeverSeesOtherBytesWhileEntriesAreAppendedAndTruncated()
    {
        using MemoryLog log = new("results", MaxPayloadBytes, forgets: false);
        BlockPool pool = new(64 << 20);
        long newest = Append(log, TextOf(0));
        int found = 0;
        Thread writer = new(() =>
        {
            List<long> addresses = [newest];
            for (int i = 1; i < 20_000; i++)
            {
                addresses.Add(Append(log, TextOf(i)));
                Volatile.Write(ref newest, addresses[^1]);
                if (i % 1_000 == 0)
                {
                    log.TruncateBefore(addresses[i - 500]);
                }
            }
        });
        writer.Start();
        while (writer.IsAlive || found == 0)
        {
            if (log.TryRead(Volatile.Read(ref newest), pool, out EntryHeader header, out BlockLease payload))
            {
                string text = Encoding.UTF8.GetString(payload.Span[..(int)header.PayloadBytes]);
                Assert.Equal(TextOf(int.Parse(text.Split(' ')[0])), Encoding.UTF8.GetBytes(text));
                payload.Dispose();
                found++;
            }
        }

        writer.Join();
    }

    [Fact]
    public void ALogThatForgetsKeepsNoBytesAndGoesOn()
    {
        using MemoryLog log = new("journal", MaxPayloadBytes, forgets: true);
        BlockPool pool = new(1 << 20);
        long first = Append(log, new byte[100]);
        Assert.True(Append(log, new byte[100]) > first);
        Assert.Equal(log.TailAddress, log.DurableAddress);
        Assert.Equal(0, log.StoredBytes);
        Assert.False(log.TryRead(first, pool, out _, out _));
        using IEntryScanner scanner = log.Scan(log.BeginAddress, log.TailAddress);
        Assert.False(scanner.MoveNext(out _, out _, out _));
        EntryHeader header = new() { Kind = EntryKind.Frame };
        Assert.Equal(AppendResult.TooLarge, log.TryAppend(ref header, new byte[MaxPayloadBytes + 1], out _));
    }

    private static byte[] TextOf(int i) => Encoding.UTF8.GetBytes($"{i} {new string((char)('a' + (i % 26)), i % 3_000)}");

    private static long Append(MemoryLog log, byte[] payload)
    {
        EntryHeader header = new() { Kind = EntryKind.Frame };
        Assert.Equal(AppendResult.Ok, log.TryAppend(ref header, payload, out long address));
        return address;
    }
}
