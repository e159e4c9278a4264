using FastStream.Engine.Memory;

namespace FastStream.Tests.Memory;

public sealed class ParkerTests
{
    [Fact]
    public void ASignalBetweenAnnouncementAndParkIsNotLost()
    {
        Parker parker = new(spinCount: 0);
        parker.Announce();
        parker.Signal();
        Assert.False(parker.IsParked);
        Assert.True(parker.Park(Timeout.Infinite));
    }

    [Fact]
    public void ASignalWithNobodyAnnouncedLeavesNothingBehind()
    {
        Parker parker = new(spinCount: 0);
        parker.Signal();
        parker.Announce();
        Assert.True(parker.IsParked);
        Assert.False(parker.Park(1));
        Assert.False(parker.IsParked);
    }

    [Fact]
    public void WaitingEndsWhenItsTimeIsOver() => Assert.False(new Parker().WaitUntil(() => false, 5));

    [Fact]
    public void WaitingForWhatIsThereReturnsAtOnce() => Assert.True(new Parker().WaitUntil(() => true));

    [Fact]
    public void NoWakeUpIsLostInAPingPongThatParksEveryTime()
    {
        // No spinning: every turn goes through announce, look again and park, where a lost wake-up would hang.
        const int Turns = 20_000;
        int turn = 0;
        Parker ping = new(spinCount: 0);
        Parker pong = new(spinCount: 0);
        Thread other = new(() => Play(pong, ping, parity: 1));
        other.Start();
        Play(ping, pong, parity: 0);
        other.Join();
        Assert.Equal(Turns, Volatile.Read(ref turn));

        void Play(Parker own, Parker others, int parity)
        {
            Func<bool> isMine = () => Volatile.Read(ref turn) >= Turns || Volatile.Read(ref turn) % 2 == parity;
            while (Volatile.Read(ref turn) < Turns)
            {
                Assert.True(own.WaitUntil(isMine, 30_000), $"stuck at {turn}");
                if (Volatile.Read(ref turn) < Turns)
                {
                    Volatile.Write(ref turn, turn + 1);
                }

                others.Signal();
            }
        }
    }
}
