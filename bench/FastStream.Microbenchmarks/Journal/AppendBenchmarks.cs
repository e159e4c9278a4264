using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using FastStream.Engine.Journal;
using FastStream.Microbenchmarks.Quick;

namespace FastStream.Microbenchmarks.Journal;

/// <summary>
/// Question: how near does the journal come to the plain file? 16 MiB in entries of 64 KiB, a commit asked for each
/// 4 MiB, until all is durable: appender -> FASTER pages -> I/O thread (O_DIRECT, fdatasync) -> commit slot. The disk
/// decides, and on a virtual one it changes by the minute: look at the ratio of one run.
/// </summary>
[SimpleJob(RunStrategy.Monitoring, iterationCount: 20)]
public class AppendBenchmarks : IDisposable
{
    private const int EntryBytes = 64 << 10;
    private const int CommitBytes = 4 << 20;
    private const int MiBCount = 16;
    private const int EntryCount = (MiBCount << 20) / EntryBytes;

    private readonly string _folder = Directory.CreateTempSubdirectory("faststream-bench-").FullName;
    private readonly LogThreads _threads = new();
    private readonly ManualResetEventSlim _advanced = new();
    private readonly byte[] _entry = new byte[EntryBytes];
    private readonly FasterEntryLog _log;
    private readonly PlainAppend _plain;
    private long _firstAddress; // of the newest run

    public AppendBenchmarks()
    {
        new Random(4).NextBytes(_entry);
        string logFolder = Path.Combine(_folder, "journal");
        Directory.CreateDirectory(logFolder);
        _log = EntryLogs.Open(
            _threads, "journal", logFolder, EntryLogSettings.Journal with { SegmentBytes = 64 << 20 });
        _log.DurableAdvanced = _advanced.Set;
        _plain = new PlainAppend(_folder, CommitBytes);
        Compare();
    }

    [Benchmark(OperationsPerInvoke = MiBCount)]
    public void Journal()
    {
        for (int i = 1; i <= EntryCount; i++)
        {
            EntryHeader header = new() { Kind = EntryKind.Frame };
            long address;
            while (_log.TryAppend(ref header, _entry, out address) != AppendResult.Ok)
            {
                WaitUntil(_log.WrittenAddress + 1, isDurable: false);
            }

            _firstAddress = i == 1 ? address : _firstAddress;

            if (i % (CommitBytes / EntryBytes) == 0)
            {
                _log.RequestCommit();
            }
        }

        WaitUntil(_log.TailAddress, isDurable: true);
        _log.TruncateBefore(_firstAddress); // what earlier runs wrote may go
    }

    [Benchmark(OperationsPerInvoke = MiBCount, Baseline = true)]
    public void Plain()
    {
        for (int i = 0; i < MiBCount << 20; i += CommitBytes)
        {
            _plain.Append(_entry);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _log.Dispose();
        _threads.Dispose();
        _plain.Dispose();
        _advanced.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal QuickGroup Quick() => new(
        "journal: 16 MiB durable in entries of 64 KiB, a commit each 4 MiB",
        "MiB",
        MiBCount,
        this,
        new QuickCase("FASTER log with headers and checksums", Journal),
        new QuickCase("rival: plain append and fdatasync", Plain))
    {
        IsDisk = true,
    };

    private void WaitUntil(long address, bool isDurable)
    {
        while (true)
        {
            _advanced.Reset();
            if (_log.Fault is LogFault fault)
            {
                throw new IOException(fault.Message);
            }

            if ((isDurable ? _log.DurableAddress : _log.WrittenAddress) >= address)
            {
                return;
            }

            _advanced.Wait();
        }
    }

    private void Compare()
    {
        Journal();
        int entries = 0;
        using (IEntryScanner scanner = _log.Scan(_firstAddress, _log.DurableAddress))
        {
            while (scanner.MoveNext(out _, out EntryHeader header, out ReadOnlySpan<byte> payload))
            {
                if (header.Kind == EntryKind.Frame)
                {
                    Require.Equal(true, payload.SequenceEqual(_entry), "an entry of the log");
                    entries++;
                }
            }
        }

        Require.Equal(EntryCount, entries, "entries in the log");
        Plain();
        Require.Equal(true, _plain.Holds(_entry), "the plain file holds the entry");
    }
}
