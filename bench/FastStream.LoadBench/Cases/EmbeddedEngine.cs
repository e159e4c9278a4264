using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.LoadBench.Load;

namespace FastStream.LoadBench.Cases;

/// <summary>An engine in this process with the stream and view of all cases, and the check of its results.</summary>
internal sealed class EmbeddedEngine : IDisposable
{
    private readonly IDisposable _results;
    private long _records;
    private double _valueSum;

    public EmbeddedEngine(IngestionEngineOptions options, string view = Workload.View)
    {
        Engine = IngestionEngine.Open(options);
        IngestionStream stream = Engine.Stream("load", "u64 (value)").View("v", view);
        _results = Engine.OnResults("load", "v", rows =>
        {
            ReadOnlySpan<long> counts = rows.Counts;
            ReadOnlySpan<double> sums = rows.Values(1);
            for (int row = 0; row < counts.Length; row++)
            {
                _records += counts[row];
                _valueSum += sums[row];
            }
        });
        Appender = stream.CreateAppender("bench");
    }

    public IngestionEngine Engine { get; }

    public RecordAppender Appender { get; }

    public void Append(AppendedRecords records)
    {
        records.Next();
        Appender.Append(records.Keys, records.Times, records.Values);
    }

    /// <summary>Every record is in exactly one closed window, with its value.</summary>
    public void Check(long records, double valueSum)
    {
        Engine.AdvanceAsync("load").GetAwaiter().GetResult();
        Ledger ledger = Engine.LedgerAsync().GetAwaiter().GetResult();
        SpinWait.SpinUntil(() => Volatile.Read(ref _records) >= records, TimeSpan.FromSeconds(30));
        if (!ledger.Balanced || _records != records || _valueSum != valueSum)
        {
            throw new InvalidOperationException(
                $"Wrong results: {records:N0} records with the sum {valueSum} were appended, the closed windows hold "
                + $"{_records:N0} with {_valueSum}; {ledger.FindImbalance() ?? "the ledger balances"}.");
        }
    }

    public void Dispose()
    {
        Appender.Dispose();
        _results.Dispose();
        Engine.Dispose();
    }
}
