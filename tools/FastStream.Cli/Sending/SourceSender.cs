using System.Diagnostics;
using System.Net.Sockets;
using FastStream.Cli.Sources;
using FastStream.Client;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Cli.Sending;

/// <summary>
/// Sends a source through a producer. Every frame carries the position behind its last record, so that a run that is
/// cut off anywhere goes on exactly there. One thread reads and sends; acks come on the producer's own.
/// </summary>
internal sealed class SourceSender(SendPlan plan, RecordSource source)
{
    private const int MaxBatchRecords = 8192;
    private const double BatchesPerSecond = 20;

    private readonly SourceRecord _record = new(source.Layout.Fields.Count);
    private readonly byte[] _position = new byte[SourcePosition.Bytes];
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private AckCounts _acked;
    private long _pending;
    private long _paceFrom;
    private long _skippedRows;

    public SendProgress Progress { get; } = new();

    /// <summary>Ends when the source has, or when told to stop, and everything sent is acked.</summary>
    public async Task<SendOutcome> RunAsync(CancellationToken stop)
    {
        await CheckReachableAsync(stop);
        try
        {
            await using Producer producer = await Producer.ConnectAsync(Options());
            GoOn(producer);

            // Reading and Send block: a thread of their own.
            await Task.Factory.StartNew(
                () => SendAll(producer, stop), CancellationToken.None, TaskCreationOptions.LongRunning,
                    TaskScheduler.Default);
            if (plan.End && !stop.IsCancellationRequested && Progress.SentRecords > 0)
            {
                producer.End();
            }

            await producer.FlushAsync();
            return Outcome(producer);
        }
        catch (ProducerException error)
        {
            throw error.Code == ErrorCode.None
                ? new CommandFailure(ExitCode.CannotConnect, error.Message, error)
                : ServerErrors.ToFailure(error.Code, error.Message);
        }
    }

    /// <summary>
    /// Nothing listening is told at once; only a connection that was there is tried again for longer.
    /// </summary>
    private async Task CheckReachableAsync(CancellationToken stop)
    {
        using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(plan.Host, plan.Port, stop);
        }
        catch (SocketException error)
        {
            string why = error.SocketErrorCode == SocketError.ConnectionRefused
                ? "nothing listens there"
                : error.Message;
            throw ServerErrors.CannotConnect(plan.Host, plan.Port, why, error);
        }
    }

    private ProducerOptions Options()
    {
        return new ProducerOptions
        {
            Host = plan.Host,
            Port = plan.Port,
            Stream = plan.Stream,
            Name = plan.Producer,
            Epoch = plan.Epoch,
            KeyKind = plan.Source.KeyKind,
            Fields = [.. source.Layout.Fields.Select(field => field.Name)],
            AckLevel = plan.AckLevel,
            Compress = plan.Compress,
            OnAck = CountAck,
        };
    }

    private void GoOn(Producer producer)
    {
        if (source.HasPosition && SourcePosition.TryRead(producer.Position, out SourcePosition position))
        {
            source.GoTo(position);
            _skippedRows = source.Rows;
        }
    }

    private void SendAll(Producer producer, CancellationToken stop)
    {
        int batchRecords = Math.Min(MaxBatchRecords, producer.Capacity);
        if (plan.RecordsPerSecond > 0)
        {
            batchRecords = (int)Math.Clamp(plan.RecordsPerSecond / BatchesPerSecond, 1, batchRecords);
        }

        source.BeforeWaiting = () => Mark(producer);
        _paceFrom = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested && source.TryRead(_record))
        {
            if (plan.Source.KeyKind == KeyKind.Text)
            {
                producer.Send(_record.TextKey, _record.TimeNs, _record.Values);
            }
            else
            {
                producer.Send(_record.NumberKey, _record.TimeNs, _record.Values);
            }

            if (++_pending == batchRecords)
            {
                Mark(producer);
                WaitForTurn(stop);
            }
        }

        Mark(producer);
    }

    /// <summary>
    /// The records so far may go: the producer sends them when a frame is full or has waited long enough.
    /// </summary>
    private void Mark(Producer producer)
    {
        if (_pending == 0)
        {
            return;
        }

        if (source.HasPosition)
        {
            source.Position.Write(_position);
            producer.SetPosition(_position);
        }

        Progress.SentRecords += _pending;
        Progress.Share = source.Progress;
        _pending = 0;
    }

    private void WaitForTurn(CancellationToken stop)
    {
        if (plan.RecordsPerSecond > 0)
        {
            TimeSpan due = TimeSpan.FromSeconds(Progress.SentRecords / plan.RecordsPerSecond);
            TimeSpan left = due - Stopwatch.GetElapsedTime(_paceFrom);
            if (left > TimeSpan.Zero)
            {
                stop.WaitHandle.WaitOne(left);
            }
        }
    }

    /// <summary>On the producer's receiving thread, which alone writes the counts.</summary>
    private void CountAck(ProducerAck ack)
    {
        _acked += ack.Counts;
        Progress.AckedRecords = _acked.Accepted + _acked.Refused + _acked.Future + _acked.KeyLimit + _acked.Duplicates;
    }

    private SendOutcome Outcome(Producer producer)
    {
        ProducerCounts counts = producer.Counts;
        return new SendOutcome
        {
            SkippedRows = _skippedRows,
            SentRecords = Progress.SentRecords,
            FrameCount = counts.FramesSent,
            SentBytes = counts.BytesSent,
            AckedRecords = Progress.AckedRecords,
            DuplicateRecords = counts.Records.Duplicates,
            RefusedRecords = counts.Records.Refused,
            FutureRecords = counts.Records.Future,
            KeyLimitRecords = counts.Records.KeyLimit,
            LateRecords = counts.Records.Late,
            AckLevel = producer.AckLevel,
            BadLines = source.Bad.Count,
            Elapsed = Stopwatch.GetElapsedTime(_startedAt),
        };
    }
}
