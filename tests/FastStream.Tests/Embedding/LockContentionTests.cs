using FastStream.Engine;
using FastStream.TestKit.Processes;
using Xunit.Abstractions;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Goal: the data threads (sequencer, partitions, delivery) never wait for a lock while frames pour in. Method: the
/// runtime's own events of contention, kept apart by thread, over a loaded run of several appenders. One of three runs
/// must show none to speak of: a thread that loses its core just while it holds one of the locks that are taken once a
/// commit (the journal's append lock, the waiters') makes another wait on any machine.
/// </summary>
public sealed class LockContentionTests(ITestOutputHelper output)
{
    private const int Appenders = 3;
    private const int FramesEach = 3_000;
    private const int RecordsPerFrame = 256;
    private const int Runs = 3;

    /// <summary>A lock taken for each frame would be met hundreds of times by this measure.</summary>
    private const int MostWaits = Appenders * FramesEach / 1_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [Fact]
    public void DataThreadsWaitForNoLockWhileSeveralAppendersPourIn()
    {
        if (!OperatingSystem.IsLinux())
        {
            output.WriteLine("skipped: numbers of threads are asked of Linux");
            return;
        }

        int least = int.MaxValue;
        for (int run = 0; run < Runs && least > MostWaits; run++)
        {
            least = Math.Min(least, CountWaits());
        }

        Assert.InRange(least, 0, MostWaits);
    }

    private int CountWaits()
    {
        using ContentionListener listener = new();
        using TempFolder folder = new();
        using IngestionEngine engine = IngestionEngine.Open(
            new IngestionEngineOptions { DataDirectory = folder.FullPath, Partitions = 2, AllowVolatile = true });
        IngestionStream stream = engine.Stream("s", "u64 (value)").View("1s", "tumbling 1s by key: count, sum(value), p95(value)");
        IReadOnlyDictionary<string, long> threads = DataThreadIds.Of(engine.Core);
        long rows = 0;
        using IDisposable handler = engine.OnResults("s", "1s", piece => Interlocked.Add(ref rows, piece.Keys.Length));
        Thread[] appenders = [.. Enumerable.Range(0, Appenders).Select(number => new Thread(() => Append(stream, number)))];
        Array.ForEach(appenders, thread => thread.Start());
        Array.ForEach(appenders, thread => Assert.True(thread.Join(s_patience)));
        long contended = Contend(listener);

        // The control: had a data thread waited like this one, it would have been seen.
        Assert.True(SpinWait.SpinUntil(() => listener.WaitsOf(contended) > 0, s_patience), "the listener hears nothing");
        Assert.True(Interlocked.Read(ref rows) > 0);
        output.WriteLine(string.Join(", ", threads.Select(thread => $"{thread.Key}: {listener.WaitsOf(thread.Value)} waits")));
        return threads.Values.Sum(listener.WaitsOf);
    }

    private static void Append(IngestionStream stream, int number)
    {
        using RecordAppender appender = stream.CreateAppender($"p{number}");
        ulong[] keys = [.. Enumerable.Range(0, RecordsPerFrame).Select(i => (ulong)i)];
        double[] values = new double[RecordsPerFrame];
        long[] times = new long[RecordsPerFrame];
        long timeNs = 1_600_000_000_000_000_000;
        ulong position = 0;
        for (int frame = 0; frame < FramesEach; frame++)
        {
            for (int i = 0; i < RecordsPerFrame; i++)
            {
                times[i] = timeNs += 20_000;
            }

            position = appender.Append(keys, times, values);
        }

        appender.WhenDurable(position).Wait(s_patience);
    }

    // Waits for a lock that another thread holds, and says on which thread.
    private static long Contend(ContentionListener listener)
    {
        Lock gate = new();
        using ManualResetEventSlim isHeld = new();
        Thread holder = new(() =>
        {
            lock (gate)
            {
                isHeld.Set();
                SpinWait.SpinUntil(() => listener.WaitsOf(Volatile.Read(ref s_contending)) > 0, s_patience);
            }
        });
        Volatile.Write(ref s_contending, DataThreadIds.OfThisThread);
        holder.Start();
        isHeld.Wait();
        lock (gate)
        {
            // Reached only after a wait that was heard of.
        }

        holder.Join();
        return s_contending;
    }

    private static long s_contending;
}
