using System.Diagnostics;
using FastStream.Protocol;
using HdrHistogram;

namespace FastStream.LoadBench.Load;

/// <summary>
/// One connection that sends prepared frames: as fast as acks allow (closed loop), or by the clock (open loop), where
/// a latency counts from when a frame was due and not from when a late sender got to it.
/// </summary>
internal sealed class FrameLoad(int port, Workload workload, AckLevel level, int inFlight) : IDisposable
{
    private const int MaxInFlight = 1 << 16;
    private static readonly TimeSpan s_lastAcks = TimeSpan.FromMinutes(2);

    private readonly long[] _dueAt = new long[MaxInFlight]; // by sequence; the sender writes before it sends
    private readonly SemaphoreSlim _room = new(inFlight);
    private readonly LongHistogram _latencyNs = NewHistogram();
    private ulong _sent; // frames; the sender's
    private ulong _acked; // the receiver writes (release), the sender reads (acquire)
    private ulong _warmFrames = ulong.MaxValue; // the sender writes (release) when the clock starts
    private volatile bool _isOver;
    private volatile Exception? _failure;
    private long _lastAckAt; // before the release of _acked

    /// <summary>Load before the clock starts, so that code is compiled and tables are there.</summary>
    public double WarmSeconds { get; init; } = 1;

    /// <summary>Frames that leave in one write; with more than one the rate of an open loop is not kept.</summary>
    public int FramesPerWrite { get; init; } = 1;

    /// <summary>Called on the sending thread when the clock starts.</summary>
    public Action? Warmed { get; init; }

    /// <summary>Latencies up to a minute, three digits.</summary>
    public static LongHistogram NewHistogram() => new(1, 60_000_000_000, 3);

    /// <summary>Sends for so long; a rate in records a second makes it an open loop. Returns when all is acked.</summary>
    public LoadResult Run(double seconds, double recordsPerSecond = 0)
    {
        PreparedFrames frames = new(workload, workload.FrameCount);
        using BenchConnection connection = new(
            port, "bench", level, keyKind: workload.HasNamedKeys ? KeyKind.Text : KeyKind.U64);
        Thread receiver = new(() => Receive(connection)) { IsBackground = true, Name = "acks" };
        receiver.Start();
        foreach (byte[] names in frames.Names)
        {
            _room.Wait();
            _dueAt[++_sent % MaxInFlight] = Stopwatch.GetTimestamp();
            connection.Send(names);
        }

        Send(connection, frames, WarmSeconds, recordsPerSecond);
        Warmed?.Invoke();
        Volatile.Write(ref _warmFrames, _sent); // partner: the receiver
        long start = Stopwatch.GetTimestamp();
        long warmRecords = frames.RecordCount;
        long bytes = Send(connection, frames, seconds, recordsPerSecond);
        bool isAcked = SpinWait.SpinUntil(() => _failure is not null || Volatile.Read(ref _acked) == _sent, s_lastAcks);
        _isOver = true;
        connection.Socket.Close();
        receiver.Join();
        if (_failure is not null)
        {
            throw new InvalidOperationException($"The load failed: {_failure.Message}", _failure);
        }

        if (!isAcked)
        {
            throw new TimeoutException($"Of {_sent} frames {_acked} were acked two minutes after the last was sent.");
        }

        return new LoadResult
        {
            AllRecords = frames.RecordCount,
            ValueSum = frames.ValueSum,
            Records = frames.RecordCount - warmRecords,
            Bytes = bytes,
            Seconds = Stopwatch.GetElapsedTime(start, _lastAckAt).TotalSeconds,
            LatencyNs = _latencyNs,
            Congestion = connection.Congestion,
        };
    }

    public void Dispose() => _room.Dispose();

    private long Send(BenchConnection connection, PreparedFrames frames, double seconds, double recordsPerSecond)
    {
        double ticksPerFrame = recordsPerSecond > 0
            ? workload.RecordsPerFrame * Stopwatch.Frequency / recordsPerSecond
            : 0;
        if (FramesPerWrite > 1)
        {
            return SendTogether(connection, frames, seconds);
        }

        long bytes = 0;
        long start = Stopwatch.GetTimestamp();
        for (long n = 0; _failure is null && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; n++)
        {
            _room.Wait();
            ReadOnlySpan<byte> frame = frames.Next();
            long due = ticksPerFrame > 0 ? start + (long)(n * ticksPerFrame) : Stopwatch.GetTimestamp();
            while (ticksPerFrame > 0 && Stopwatch.GetTimestamp() < due)
            {
                WaitFor(due);
            }

            _dueAt[++_sent % MaxInFlight] = due;
            connection.Send(frame);
            bytes += frame.Length;
        }

        return bytes;
    }

    private long SendTogether(BenchConnection connection, PreparedFrames frames, double seconds)
    {
        byte[] together = new byte[FramesPerWrite * frames.FrameBytes];
        long bytes = 0;
        long start = Stopwatch.GetTimestamp();
        while (_failure is null && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            int length = 0;
            long now = Stopwatch.GetTimestamp();
            for (int i = 0; i < FramesPerWrite; i++)
            {
                _room.Wait();
                ReadOnlySpan<byte> frame = frames.Next();
                frame.CopyTo(together.AsSpan(length));
                length += frame.Length;
                _dueAt[++_sent % MaxInFlight] = now;
            }

            connection.Send(together.AsSpan(0, length));
            bytes += length;
        }

        return bytes;
    }

    // A sleep is a tenth of a millisecond too long now and then, so the last of it is spun.
    private static void WaitFor(long due)
    {
        if (due - Stopwatch.GetTimestamp() > Stopwatch.Frequency / 5_000)
        {
            Pause.For(TimeSpan.FromMicroseconds(100));
        }
    }

    private void Receive(BenchConnection connection)
    {
        try
        {
            ulong acked = 0;
            while (true)
            {
                ulong last = connection.ReceiveAck();
                long now = Stopwatch.GetTimestamp();
                ulong warm = Volatile.Read(ref _warmFrames); // partner: Run
                int count = (int)(last - acked);
                while (acked < last)
                {
                    acked++;
                    if (acked > warm)
                    {
                        _latencyNs.RecordValue(Math.Max(1, now - _dueAt[acked % MaxInFlight]));
                    }
                }

                _room.Release(count);

                _lastAckAt = now;
                Volatile.Write(ref _acked, acked); // partner: the read in Run
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _failure = _isOver ? null : failure;
            _room.Release(MaxInFlight);
        }
    }
}
