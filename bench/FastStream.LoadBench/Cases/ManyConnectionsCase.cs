using System.Diagnostics;
using FastStream.LoadBench.Load;
using FastStream.LoadBench.Processes;
using FastStream.Protocol;

namespace FastStream.LoadBench.Cases;

/// <summary>1,000 connections with one-record frames, 16 under way each: many small devices that want durable acks.</summary>
internal sealed class ManyConnectionsCase(string name, AckLevel level, string? folder) : ServedCase
{
    private const int ConnectionCount = 1_000;
    private const int InFlight = 16;
    private const double WarmSeconds = 1;
    private long _acked; // by Interlocked: all connections
    private volatile bool _isOver;

    public override string Name => name;

    public override string What => $"1,000 connections, one-record frames, 16 under way each, acked {level}";

    public override bool FillsDisk => false;

    protected override ServerSettings Settings => new() { Folder = folder };

    protected override CaseReport Run(CaseSettings settings, RoleProcess process, int port)
    {
        List<Task<(long Records, double Sum)>> sessions = [];
        for (int i = 0; i < ConnectionCount; i++)
        {
            BenchConnection connection = new(port, $"bench{i}", level);
            PreparedFrames frames = new(new Workload { RecordsPerFrame = 1, StepNs = Workload.ManyWindowsStepNs, Seed = i }, frameCount: InFlight);
            sessions.Add(Task.Run(() => PlayAsync(connection, frames)));
        }

        Pause.For(TimeSpan.FromSeconds(WarmSeconds));
        Mark(process);
        long before = Interlocked.Read(ref _acked);
        long start = Stopwatch.GetTimestamp();
        Pause.For(TimeSpan.FromSeconds(settings.Seconds));
        long acked = Interlocked.Read(ref _acked) - before;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _isOver = true;
        (long Records, double Sum)[] sent = Task.WhenAll(sessions).GetAwaiter().GetResult();
        CaseReport report = new()
        {
            Case = name,
            Figures = new() { [Figure.RecordsPerSecond] = acked / seconds, [Figure.Seconds] = seconds },
        };
        return Check(report, process, sent.Sum(one => one.Records), sent.Sum(one => one.Sum));
    }

    private async Task<(long Records, double Sum)> PlayAsync(BenchConnection connection, PreparedFrames frames)
    {
        using (connection)
        {
            ulong acked = 0;
            byte[] batch = new byte[InFlight * frames.FrameBytes];
            connection.Socket.Blocking = false;
            while (true)
            {
                int free = InFlight - (int)((ulong)frames.RecordCount - acked);
                if (!_isOver && free > 0)
                {
                    int bytes = 0;
                    for (; free > 0; free--)
                    {
                        ReadOnlySpan<byte> frame = frames.Next();
                        frame.CopyTo(batch.AsSpan(bytes));
                        bytes += frame.Length;
                    }

                    await SendAllAsync(connection, batch.AsMemory(0, bytes));
                }

                if (acked == (ulong)frames.RecordCount)
                {
                    return (frames.RecordCount, frames.ValueSum);
                }

                ulong last = await connection.ReceiveAckAsync();
                Interlocked.Add(ref _acked, (long)(last - acked));
                acked = last;
            }
        }
    }

    private static async ValueTask SendAllAsync(BenchConnection connection, Memory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await connection.Socket.SendAsync(bytes)..];
        }
    }
}
