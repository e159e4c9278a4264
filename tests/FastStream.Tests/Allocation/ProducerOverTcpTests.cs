using FastStream.Client;
using FastStream.Engine;
using FastStream.Engine.Ingress.Tcp;
using FastStream.Engine.Memory;
using FastStream.Protocol;
using FastStream.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace FastStream.Tests.Allocation;

/// <summary>
/// Goal: ten million sends through a real connection into a real engine allocate nothing on the sending thread, and in
/// the process, client and server together, no more than commits may. Method: as <see cref="EngineAllocationTests"/>.
/// </summary>
[Collection(AllocationCollection.Name)]
public sealed class ProducerOverTcpTests(ITestOutputHelper output)
{
    private const int FramesInFlight = 8;

    // .NET allocates an operation object when a blocking receive has to wait: on the client's receiving thread, an ack.
    private const int BytesPerAck = 256;
    private const int BytesPerCommit = 1_536;
    private const int ProcessBytes = 64 << 10;

    private long _rows; // writer: the delivery thread
    private long _acks; // writer: the client's receiving thread

    [Theory]
    [InlineData(EncodingMode.Raw, false)]
    [InlineData(EncodingMode.Auto, true)]
    public async Task TenMillionSentRecordsAllocateNothingOnTheSendingThread(EncodingMode mode, bool compress)
    {
        using TempFolder folder = new();
        await using IngestionEngine engine = IngestionEngine.Open(
            EngineAllocationTests.Options(folder.FullPath, partitions: 2));
        await using FrameListener listener = FrameListener.Bind(
            new FrameListenerOptions { Port = 0 }, NullLogger.Instance);
        listener.Start(engine.Core, questions: null);
        engine.Stream("s", "u64 (value)").View("1s", "tumbling 1s by key: count, sum(value), min(value), max(value)");
        using IDisposable handler = engine.OnResults("s", "1s", piece => _rows += piece.Keys.Length);
        await using Producer producer = await Producer.ConnectAsync(new ProducerOptions
        {
            Port = listener.EndPoint.Port,
            Stream = "s",
            Name = "p",
            Encoding = mode,
            Compress = compress,
            MaxInFlightFrames = FramesInFlight,
            OnAck = _ => _acks++,
        });
        Measure(engine.Core, producer, new CommitCount(engine.Core.Logs));
        Assert.Null(producer.Fault);
    }

    // A pool that meets a new peak of use grows by a block, once, and the runtime charges growth of its own to any
    // thread: one of three measurements has to be within every bound.
    private void Measure(EngineCore core, Producer producer, CommitCount commits)
    {
        SteadyRecords records = new();
        Fill(core.Blocks);
        Send(producer, records, SteadyRecords.WarmFrames, SteadyRecords.WarmStepNs);
        XunitException? outside = null;
        for (int turn = 0; turn < 3; turn++)
        {
            try
            {
                MeasureOnce(core, producer, commits, records);
                return;
            }
            catch (XunitException failure)
            {
                outside = failure;
            }
        }

        throw outside!;
    }

    private void MeasureOnce(EngineCore core, Producer producer, CommitCount commits, SteadyRecords records)
    {
        AllocationMark.Until(() => Volatile.Read(ref _rows) == records.ClosedRows);
        _ = AllocationMark.Take(core);
        AllocationMark before = AllocationMark.Take(core);
        (long commitCount, long ackCount) = (commits.Value, _acks);
        long journalBefore = core.Logs.Journal.TailAddress;
        long resultsBefore = core.Logs.Results.TailAddress;
        long sent = Send(producer, records, SteadyRecords.MeasuredFrames, SteadyRecords.MeasuredStepNs);
        AllocationMark.Until(() => Volatile.Read(ref _rows) == records.ClosedRows);
        AllocationMark spent = AllocationMark.Take(core).Since(before);

        (commitCount, ackCount) = (commits.Value - commitCount, _acks - ackCount);
        output.WriteLine($"{spent}, sender {sent}; {commitCount} commits, {ackCount} acks");
        long journalBytes = core.Logs.Journal.TailAddress - journalBefore;
        long resultsBytes = core.Logs.Results.TailAddress - resultsBefore;
        Assert.Equal(0, sent);
        Assert.Equal(0, spent.Partitions);
        Assert.InRange(spent.Sequencer, 0, EngineAllocationTests.AppenderBytes(journalBytes, 4 << 20));
        Assert.InRange(spent.Delivery, 0, EngineAllocationTests.AppenderBytes(resultsBytes, 1 << 20));
        Assert.InRange(spent.Process, 0, ProcessBytes + (commitCount * BytesPerCommit) + (ackCount * BytesPerAck));
    }

    // Returns what the sending loop has allocated; waiting for the last ack takes a task and is not in it.
    private static long Send(Producer producer, SteadyRecords records, int frames, long stepNs)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int frame = 0; frame < frames; frame++)
        {
            records.MoveOn(stepNs);
            for (int i = 0; i < SteadyRecords.FrameRecords; i++)
            {
                producer.Send(records.Keys[i], records.Times[i], records.Values[i]);
            }
        }

        long sent = GC.GetAllocatedBytesForCurrentThread() - before;
        producer.FlushAsync().Wait();
        return sent;
    }

    // Pools grow to the most that was ever in use at once, whenever that is: here before the marks.
    private static void Fill(BlockPool pool)
    {
        List<BlockLease> leases = [];
        foreach (int bytes in new[] { 64 << 10, 512 << 10 })
        {
            for (int i = 0; i < 4 * FramesInFlight; i++)
            {
                leases.Add(pool.Rent(bytes, BlockPurpose.Frame));
            }
        }

        leases.ForEach(lease => lease.Dispose());
    }
}
