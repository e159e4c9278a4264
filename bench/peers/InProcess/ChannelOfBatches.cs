using System.Diagnostics;
using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>
/// What a .NET user builds between two threads: one copies records into pooled batches of 4,096 and writes them to a
/// bounded channel, the other brings them into the hand-written table and gives the batches back.
/// </summary>
internal sealed class ChannelOfBatches : IPeerCase
{
    private const int BatchRecords = 4_096;
    private const int BatchesUnderWay = 16;

    public PeerFacts Facts { get; } = new(
        "channel-4096",
        "System.Threading.Channels, batches of 4,096 records to a thread with a hand-written table",
        Durabilities.Memory,
        Works.Aggregates,
        "the batch is in the open window's cells; from its copying on, the wait in the channel included");

    public string Version => $".NET {Environment.Version}";

    public string? WhyNot(PeerLoad load) => null;

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load with { RecordsPerBatch = BatchRecords });
        OpenAddressingTable table = new();
        TableCheck.RequireOnePass(table, records);
        ChannelConsumer consumer = new(table, records, BatchesUnderWay);
        using IDisposable progress = run.Progress(consumer.Latencies);
        Task consuming = Task.Run(consumer.RunAsync);
        run.StartClock();
        ProduceAsync(run, records, consumer).GetAwaiter().GetResult();
        consuming.GetAwaiter().GetResult();
        return TableCheck.Finish(consumer.Windowed, consumer.Acked, records, run.Elapsed, consumer.Latencies);
    }

    private static async Task ProduceAsync(CaseRun run, PreparedRecords records, ChannelConsumer consumer)
    {
        try
        {
            int batch = 0;
            long pass = 0;
            while (!run.IsOver)
            {
                ChannelBatch copy = await consumer.Free.Reader.ReadAsync();
                copy.Fill(records, batch, pass, Stopwatch.GetTimestamp());
                await consumer.Full.Writer.WriteAsync(copy);
                if (++batch == records.BatchCount)
                {
                    batch = 0;
                    pass++;
                }
            }
        }
        finally
        {
            consumer.Full.Writer.Complete();
        }
    }
}
