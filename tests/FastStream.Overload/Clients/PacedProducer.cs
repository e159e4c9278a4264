using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Overload.Clients;

/// <summary>
/// The honest producer that is measured: an open-loop sender, so that a stall of the server counts for every frame that
/// was due in it. Latency runs from the time a frame was due to the arrival of its ack.
/// </summary>
/// <remarks>One thread sends, one receives; the same producer goes on from measurement to measurement.</remarks>
internal sealed partial class PacedProducer : IDisposable
{
    private const int RecordsPerFrame = 100;
    private const ulong KeyCount = 1_000;

    private readonly LoopbackClient _client;
    private readonly int _framesPerSecond;
    private ulong _sequence;

    public PacedProducer(int port, string stream, string producer, AckLevel level, int framesPerSecond)
    {
        _framesPerSecond = framesPerSecond;
        _client = LoopbackClient.Connect(port);
        _sequence = _client.Greet(stream, producer, level).LastSequence;
    }

    /// <summary>Records that were acked so far.</summary>
    public long AckedRecords { get; private set; }

    /// <summary>When acks came late in the last run, and how late: tells a stall from a slow path.</summary>
    public string LastStalls { get; private set; } = "";

    /// <summary>Stalls of the machine itself in the last run, and the frames that were left out for them.</summary>
    public string LastMachineStalls { get; private set; } = "";

    /// <summary>
    /// Sends for so long; the sorted latencies in microseconds of all frames but the first tenth, and but those that
    /// were under way while the machine itself stood still.
    /// </summary>
    public double[] Run(TimeSpan duration)
    {
        int count = (int)(duration.TotalSeconds * _framesPerSecond);
        long[] due = new long[count];
        double[] latency = new double[count];
        ulong first = _sequence + 1;
        byte[][] frames = FramesOf(first, count);
        using CollectionPause pause = CollectionPause.Begin();
        using MachineStalls machine = MachineStalls.Begin();
        long began = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1_000);
        for (int i = 0; i < count; i++)
        {
            due[i] = began + (i * Stopwatch.Frequency / _framesPerSecond);
        }

        Exception? fault = null;
        Thread receiver = new(() =>
        {
            try
            {
                Receive(first, due, latency);
            }
            catch (Exception met) when (met is System.Net.Sockets.SocketException or InvalidDataException or RefusedException)
            {
                fault = met;
            }
        })
        { IsBackground = true, Name = "acks" };
        receiver.Start();
        for (int i = 0; i < count && fault is null; i++)
        {
            WaitUntil(due[i]);
            _client.Send(frames[i]);
        }

        receiver.Join();
        if (fault is not null)
        {
            throw new InvalidOperationException($"the honest producer was cut: {fault.Message}", fault);
        }

        _sequence += (ulong)count;
        LastStalls = StallsOf(latency);
        machine.Dispose();
        double[] steady = [.. Steady(due, latency, machine).Order()];
        LastMachineStalls = machine.IsRealTime
            ? $"the machine stood still {machine.Count} times, {latency.Length - (count / 10) - steady.Length} frames left out"
            : "stalls of the machine could not be told";
        return steady;
    }

    /// <summary>The value below which this share of sorted values lies.</summary>
    public static double Percentile(double[] sorted, double share) =>
        sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static IEnumerable<double> Steady(long[] due, double[] latency, MachineStalls machine)
    {
        for (int i = latency.Length / 10; i < latency.Length; i++)
        {
            if (!machine.Meets(due[i], due[i] + (long)(latency[i] * Stopwatch.Frequency / 1e6)))
            {
                yield return latency[i];
            }
        }
    }

    // The worst stalls: runs of frames that waited longer than two milliseconds, by the most that one waited.
    private string StallsOf(double[] latency)
    {
        const double lateUs = 2_000;
        List<(double AtSeconds, double WorstMs, int Frames)> stalls = [];
        for (int i = latency.Length / 10; i < latency.Length; i++)
        {
            int from = i;
            double worst = 0;
            while (i < latency.Length && latency[i] > lateUs)
            {
                worst = Math.Max(worst, latency[i++]);
            }

            if (i > from)
            {
                stalls.Add((from / (double)_framesPerSecond, worst / 1_000, i - from));
            }
        }

        IEnumerable<string> parts = stalls.OrderByDescending(stall => stall.WorstMs).Take(6).OrderBy(stall => stall.AtSeconds)
            .Select(stall => string.Create(CultureInfo.InvariantCulture,
                $"{stall.WorstMs:0.0} ms for {stall.Frames} at {stall.AtSeconds:0.00} s"));
        return $"{stalls.Sum(stall => stall.Frames)} frames above 2 ms in {stalls.Count} stalls: {string.Join(", ", parts)}";
    }

    // Made before the time is taken, so that nothing is allocated in it.
    private static byte[][] FramesOf(ulong first, int count)
    {
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            int shift = i;
            frames[i] = RecordFrame.Of(
                first + (ulong)i, RecordsPerFrame, r => (ulong)((r * 7919) + shift) % KeyCount);
        }

        return frames;
    }

    private void Receive(ulong first, long[] due, double[] latency)
    {
        int answered = 0;
        while (answered < due.Length)
        {
            if (AckReader.TryRead(_client.Read(FrameKind.Ack), out AckReader ack) != FrameError.None)
            {
                throw new InvalidDataException("an ack cannot be read");
            }

            long now = Stopwatch.GetTimestamp();
            AckedRecords += ack.Counts.Accepted;
            for (ulong sequence = ack.FirstSequence; sequence <= ack.LastSequence; sequence++)
            {
                int index = (int)(sequence - first);
                latency[index] = (now - due[index]) * 1e6 / Stopwatch.Frequency;
                answered++;
            }
        }
    }

    private static void WaitUntil(long timestamp)
    {
        while (true)
        {
            long leftUs = (timestamp - Stopwatch.GetTimestamp()) * 1_000_000 / Stopwatch.Frequency;
            if (leftUs <= 0)
            {
                return;
            }

            _ = SleepMicroseconds((uint)leftUs); // Thread.Sleep knows milliseconds only
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep", SetLastError = true)]
    private static partial int SleepMicroseconds(uint microseconds);
}
