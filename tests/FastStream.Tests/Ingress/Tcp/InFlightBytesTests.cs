using FastStream.Engine.Ingress.Tcp;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>
/// Goal: no signal is lost at the gate, and a session's bytes in flight never pass their bound, whoever takes them off.
/// </summary>
public sealed class InFlightBytesTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task NoSignalOfManyThreadsIsLostAtTheGate()
    {
        const int Signallers = 3;
        const int Each = 20_000;
        SignalGate gate = new();
        long work = 0;
        Thread[] threads =
        [
            .. Enumerable.Range(0, Signallers).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < Each; i++)
                {
                    Interlocked.Increment(ref work);
                    gate.Signal();
                    Thread.SpinWait(i % 64);
                }
            })),
        ];
        Task owner = Task.Run(async () =>
        {
            // A lost signal leaves the owner waiting with work to do.
            while (Interlocked.Read(ref work) < Signallers * Each)
            {
                await gate.WaitAsync();
            }
        });
        Array.ForEach(threads, thread => thread.Start());
        await owner.WaitAsync(s_patience);
        Array.ForEach(threads, thread => thread.Join());
    }

    [Fact]
    public async Task ASignalBeforeTheWaitEndsItAtOnceAndOnlyOnce()
    {
        SignalGate gate = new();
        gate.Signal();
        gate.Signal();
        await gate.WaitAsync().AsTask().WaitAsync(s_patience);
        Task next = gate.WaitAsync().AsTask();
        Assert.False(next.IsCompleted);
        gate.Signal();
        await next.WaitAsync(s_patience);
    }

    [Fact]
    public async Task APumpThatWaitsForRoomIsAlwaysWokenAndNeverPassesTheBound()
    {
        const int LimitBytes = 10_000;
        const int Frames = 30_000;
        SignalGate gate = new();
        InFlightBytes bytes = new(LimitBytes, gate);
        System.Collections.Concurrent.BlockingCollection<int> inside = [];
        Thread[] takers =
        [
            .. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
            {
                foreach (int frameBytes in inside.GetConsumingEnumerable())
                {
                    bytes.Release(frameBytes);
                }
            })),
        ];
        Array.ForEach(takers, thread => thread.Start());
        long most = 0;
        int waits = 0;
        Task pump = Task.Run(async () =>
        {
            Random random = new(7);
            for (int frame = 0; frame < Frames; frame++)
            {
                int frameBytes = random.Next(1, 4_000);
                while (!bytes.HasRoom(frameBytes))
                {
                    if (bytes.IsAbove(bytes.WakeAtFor(frameBytes)))
                    {
                        waits++;
                        await gate.WaitAsync();
                    }
                }

                bytes.Add(frameBytes);
                most = Math.Max(most, bytes.Bytes);
                inside.Add(frameBytes);
            }

            inside.CompleteAdding();
        });
        await pump.WaitAsync(s_patience);
        Array.ForEach(takers, thread => thread.Join());
        Assert.Equal(0, bytes.Bytes);
        Assert.InRange(most, 1, LimitBytes);
        Assert.True(waits > 0, "the pump never had to wait: the test shows nothing");
    }

    [Fact]
    public void OneFrameAloneIsLetInHoweverLarge() => Assert.True(new InFlightBytes(100, new SignalGate()).HasRoom(1_000));
}
