using System.Text;
using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

/// <summary>Makes small logs for damaging, and reads back what a log holds.</summary>
internal static class LogImage
{
    internal static EntryLogSettings Tiny { get; } =
        new() { PageBytes = 64 << 10, MemoryBytes = 256 << 10, SegmentBytes = 64 << 10 };

    /// <summary>Opens, appends the payloads with a commit after every few, and closes.</summary>
    internal static void Write(string directory, IEnumerable<string> payloads, int commitEvery)
    {
        using LogThreads threads = new();
        using FasterEntryLog log = EntryLogs.Open(threads, "journal", directory, Tiny);
        int count = 0;
        foreach (string payload in payloads)
        {
            Append(log, payload);
            if (++count % commitEvery == 0)
            {
                Commit(log);
            }
        }

        Commit(log);
    }

    internal static long Append(IEntryLog log, string payload)
    {
        EntryHeader header = new() { Kind = EntryKind.Frame };
        byte[] bytes = Encoding.UTF8.GetBytes(payload);
        long address = 0;
        AppendResult result = AppendResult.Full;
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    result = log.TryAppend(ref header, bytes, out address);
                    return result != AppendResult.Full;
                },
                20_000),
            "the log stays full");
        Assert.Equal(AppendResult.Ok, result);
        return address;
    }

    internal static void Commit(IEntryLog log)
    {
        long tail = log.TailAddress;
        log.RequestCommit();
        Assert.True(SpinWait.SpinUntil(() => log.DurableAddress >= tail || log.Fault is not null, 20_000));
        Assert.Null(log.Fault);
    }

    /// <summary>Opens the log and reads every frame.</summary>
    internal static List<string> Read(string directory)
    {
        using LogThreads threads = new();
        using FasterEntryLog log = EntryLogs.Open(threads, "journal", directory, Tiny, mustExist: true);
        return Read(log);
    }

    internal static List<string> Read(IEntryLog log)
    {
        List<string> payloads = [];
        using IEntryScanner scanner = log.Scan(log.BeginAddress, long.MaxValue);
        while (scanner.MoveNext(out _, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            if (header.Kind == EntryKind.Frame)
            {
                payloads.Add(Encoding.UTF8.GetString(payload));
            }
        }

        return payloads;
    }

    internal static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        Directory.CreateDirectory(to);
        foreach (string path in Directory.EnumerateFiles(from))
        {
            File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
        }
    }
}
