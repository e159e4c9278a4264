using FastStream.Engine;
using FastStream.Engine.Memory;
using FastStream.Engine.Sequencing;

namespace FastStream.Tests.Sequencing;

/// <summary>Goal: a partition that rests is woken for every slot, once for several small ones that come together.</summary>
public sealed class SlotPublisherTests
{
    private readonly FrameRing _ring = new(64, 1);
    private readonly Parker _partition = new();
    private readonly Parker _own = new();
    private readonly SlotPublisher _publisher;
    private int _commits;

    public SlotPublisherTests() =>
        _publisher = new SlotPublisher(_ring, [_partition], _own, new EngineFault(), () => _commits++);

    [Fact]
    public void ASlotThatIsNoPartOfARunWakesAtOnce()
    {
        _partition.Announce();
        Publish(isLittleWork: true);
        Assert.False(_partition.IsParked);
    }

    [Fact]
    public void OfARunTheEndWakes()
    {
        _publisher.BeginRun();
        _partition.Announce();
        Publish(isLittleWork: true);
        Publish(isLittleWork: true);
        Assert.Equal(2, _ring.Published); // who is awake sees each
        Assert.True(_partition.IsParked);
        _publisher.EndRun();
        Assert.False(_partition.IsParked);
    }

    [Fact]
    public void OfALongRunEveryThirtySecondSlotWakes()
    {
        _publisher.BeginRun();
        for (int round = 0; round < 2; round++)
        {
            _partition.Announce();
            for (int slot = 1; slot < SlotPublisher.SlotsPerSignal; slot++)
            {
                Publish(isLittleWork: true);
            }

            Assert.True(_partition.IsParked);
            Publish(isLittleWork: true);
            Assert.False(_partition.IsParked);
        }
    }

    [Fact]
    public void ASlotThatIsMuchWorkWakesAtOnceInARunToo()
    {
        _publisher.BeginRun();
        _partition.Announce();
        Publish(isLittleWork: true);
        Publish(isLittleWork: false);
        Assert.False(_partition.IsParked);
    }

    [Fact]
    public void BeforeTheSequencerWaitsForAFreeSlotPartitionsAreWoken()
    {
        for (int slot = 1; slot < _ring.Capacity; slot++)
        {
            Publish(isLittleWork: false);
        }

        _publisher.BeginRun();
        _partition.Announce();
        Publish(isLittleWork: true);
        Thread delivery = new(() =>
        {
            SpinWait.SpinUntil(() => !_partition.IsParked && _own.IsParked);
            _ring.Pass(0, 1);
            _ring.Free(1);
            _own.Signal();
        });
        delivery.Start();
        _publisher.Claim();
        delivery.Join();
        Assert.Equal(1, _commits);
    }

    private void Publish(bool isLittleWork)
    {
        _publisher.Claim();
        _publisher.Publish(isLittleWork);
    }
}
