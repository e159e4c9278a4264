using System.Diagnostics;
using FastStream.Benchmarks;
using FastStream.Client;
using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>The client library as a user calls it: records one by one or in calls of a hundred; it makes the frames.</summary>
internal sealed class ProducerCase(string name, int recordsPerCall, string? folder) : ServedCase
{
    private const int RingRecords = 1 << 16;
    private const double WarmSeconds = 1;

    public override string Name => name;

    public override string What => (recordsPerCall == 1
        ? "Producer.Send, a record a call, in a loop"
        : $"Producer.SendColumns, {recordsPerCall} records a call") + (RecordCount == 0 ? "" : $", {RecordCount:N0} of them");

    /// <summary>So many records instead of so many seconds; 0 for the seconds.</summary>
    public long RecordCount { get; init; }

    protected override ServerSettings Settings => new() { Folder = folder };

    protected override CaseReport Run(CaseSettings settings, RoleProcess process, int port)
    {
        ProducerOptions options = new()
        {
            Port = port,
            Stream = "load",
            Name = "bench",
            AckLevel = folder is null ? AckLevel.Applied : AckLevel.Durable,
            Encoding = EncodingMode.Raw,
            CongestionControl = "reno",
        };
        using Producer producer = Producer.ConnectAsync(options).GetAwaiter().GetResult();
        Records records = new();
        Send(producer, records, WarmSeconds, long.MaxValue);
        Mark(process);
        long before = records.Sent;
        long start = Stopwatch.GetTimestamp();
        Send(producer, records, RecordCount == 0 ? settings.Seconds : double.MaxValue, RecordCount == 0 ? long.MaxValue : before + RecordCount);
        producer.Flush();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        CaseReport report = new()
        {
            Case = name,
            Figures = new() { [Figure.RecordsPerSecond] = (records.Sent - before) / seconds, [Figure.Seconds] = seconds },
        };
        return Check(report, process, records.Sent, records.Sum);
    }

    private void Send(Producer producer, Records records, double seconds, long upTo)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds && records.Sent < upTo)
        {
            for (int i = 0; i < 1 << 14; i += recordsPerCall)
            {
                if (recordsPerCall == 1)
                {
                    (ulong key, long timeNs, double value) = records.Next();
                    producer.Send(key, timeNs, value);
                }
                else
                {
                    records.Next(recordsPerCall);
                    producer.SendColumns(records.Keys, records.Times, records.Values);
                }
            }
        }
    }

    private sealed class Records
    {
        private static readonly long s_stepNs = new Workload().StepNs;
        private readonly ulong[] _keys = new ulong[RingRecords];
        private readonly double[] _values = new double[RingRecords];
        private long[] _times = [];
        private int _from;
        private int _count;

        public Records()
        {
            KeyDraw keys = new Workload().NewKeyDraw();
            Random random = new(1);
            for (int i = 0; i < RingRecords; i++)
            {
                _keys[i] = keys.Next(random);
                _values[i] = random.Next(-1_000, 1_001);
            }
        }

        public long Sent { get; private set; }

        public double Sum { get; private set; }

        public ReadOnlySpan<ulong> Keys => _keys.AsSpan(_from, _count);

        public ReadOnlySpan<double> Values => _values.AsSpan(_from, _count);

        public ReadOnlySpan<long> Times => _times;

        public (ulong Key, long TimeNs, double Value) Next()
        {
            int at = (int)(Sent & (RingRecords - 1));
            double value = _values[at];
            Sum += value;
            return (_keys[at], Workload.StartNs + (s_stepNs * Sent++), value);
        }

        public void Next(int count)
        {
            if (_times.Length != count)
            {
                _times = new long[count];
            }

            int at = (int)(Sent & (RingRecords - 1));
            _from = at + count <= RingRecords ? at : 0;
            _count = count;
            for (int i = 0; i < count; i++)
            {
                _times[i] = Workload.StartNs + (s_stepNs * Sent++);
                Sum += _values[_from + i];
            }
        }
    }
}
