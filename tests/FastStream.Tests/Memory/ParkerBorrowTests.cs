using FastStream.Engine.Memory;

namespace FastStream.Tests.Memory;

/// <summary>
/// Goal: a borrower takes a resting owner's place, nobody else's, and no work is lost meanwhile. Method: states one by
/// one, and an owner, borrowers and signallers on threads that pass a count along.
/// </summary>
public sealed class ParkerBorrowTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void OnlyARestingOwnerCanBeBorrowedFromAndOnlyOnce()
    {
        Parker parker = new();
        Assert.False(parker.TryBorrow());
        parker.Announce(mayLend: true);
        Assert.True(parker.TryBorrow());
        Assert.False(parker.TryBorrow());
        parker.GiveBack();
        Assert.True(parker.TryBorrow());
    }

    [Fact]
    public void AnOwnerThatWaitsInTheMidstOfItsWorkLendsNothing()
    {
        Parker parker = new();
        parker.Announce(mayLend: false);
        Assert.False(parker.TryBorrow());
        parker.Signal();
        Assert.True(parker.Park(Timeout.Infinite));
    }

    [Fact]
    public void ASignalDoesNotWakeAnOwnerWhoseWorkIsLent()
    {
        Parker parker = new();
        parker.Announce(mayLend: true);
        Assert.True(parker.TryBorrow());
        parker.Signal();
        parker.GiveBack();
        Assert.False(parker.Park(1)); // no permit was left
        Assert.False(parker.IsParked);
    }

    [Fact]
    public void ASignalForAWaitInTheMidstOfAStepLetsOneBetweenStepsSleep()
    {
        Parker parker = new();
        parker.Announce(mayLend: true);
        parker.SignalInStep();
        Assert.True(parker.IsParked);
        parker.Cancel();
        parker.Announce();
        parker.SignalInStep();
        Assert.False(parker.IsParked);
        Assert.True(parker.Park(timeoutMs: 0)); // the permit was posted
    }

    [Fact]
    public void ABorrowerThatMustWaitIsToldToGiveTheRestBackAndThenWaitsByItself()
    {
        Parker parker = new();
        int told = 0;
        parker.BorrowerWaits = () => told++;
        parker.Announce(mayLend: true);
        Assert.True(parker.TryBorrow());
        int looks = 0;
        Assert.True(parker.WaitUntil(() => ++looks == 5, timeoutMs: 10_000));
        Assert.Equal((1, 5), (told, looks));
        Assert.False(parker.WaitUntil(() => false, timeoutMs: 1));
    }

    [Fact]
    public void NoWorkIsLostOrDoneTwiceBetweenOwnerBorrowersAndSignallers()
    {
        const int Items = 30_000;
        Parker parker = new();
        long made = 0;
        long done = 0; // whoever owns or has borrowed
        int isWorking = 0;
        bool overlapped = false;
        void Work()
        {
            overlapped |= Interlocked.Exchange(ref isWorking, 1) != 0;
            done = Volatile.Read(ref made);
            Volatile.Write(ref isWorking, 0);
        }

        Thread owner = new(() =>
        {
            while (Volatile.Read(ref done) < 2 * Items)
            {
                if (parker.WaitUntil(() => Volatile.Read(ref made) > Volatile.Read(ref done), timeoutMs: 50, mayLend: true))
                {
                    Work();
                }
            }
        });
        void Bring()
        {
            for (int i = 0; i < Items; i++)
            {
                Interlocked.Increment(ref made);
                while (parker.TryBorrow())
                {
                    Work();
                    parker.GiveBack();
                    if (Volatile.Read(ref made) == Volatile.Read(ref done))
                    {
                        break;
                    }
                }

                parker.Signal();
            }
        }

        Thread[] bringers = [new(Bring), new(Bring)];
        owner.Start();
        Array.ForEach(bringers, thread => thread.Start());
        Assert.True(bringers.All(thread => thread.Join(s_deadline)));
        Assert.True(owner.Join(s_deadline), $"{done} of {made} done");
        Assert.False(overlapped);
        Assert.Equal(2 * Items, done);
    }
}
