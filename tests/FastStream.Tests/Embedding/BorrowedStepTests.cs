using FastStream.Engine;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing.Commands;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Goal: who steps a loop on his way ends nothing, calls no handler, and leaves what is no brief work to the loop's
/// own thread. Method: a whole engine whose loops rest until they are told.
/// </summary>
public sealed class BorrowedStepTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const long StartNs = 1_600_000_000 * Second;

    private readonly HeldDriver _driver = new();
    private readonly SteadyTime _time = new();
    private readonly IngestionEngine _engine;
    private readonly RecordAppender _appender;

    public BorrowedStepTests()
    {
        _engine = IngestionEngine.Open(new IngestionEngineOptions
        {
            Ephemeral = true,
            Partitions = 2,
            Driver = _driver,
            Clock = _time,
        });
        IngestionStream stream = _engine.Stream("s", "u64 (value)").View("v", "tumbling 1s late 0s by key: count");
        _appender = stream.CreateAppender("p");
        _driver.StepAll();
    }

    public void Dispose()
    {
        _appender.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void AFrameGoesThroughRestingLoopsAndNoneOfThemHasBeenSteppedByItsOwner()
    {
        ulong position = _appender.Append(1, StartNs, 1);
        Assert.Equal(position, _appender.AppliedPosition);
        Assert.True(_engine.Core.Sequencer.Parker.IsParked);
    }

    [Fact]
    public void AFaultInABorrowedStepOfTheSequencerIsToldAtOnceAndEndedByItsOwnStep()
    {
        _time.IsBroken = true; // it is asked for the arrival time
        _appender.Append(1, StartNs, 1);
        Assert.Equal(SteadyTime.Breakage, _engine.Core.Fault?.Message);
        CallCommand command = new(() => { });
        _engine.Core.Sequencer.Post(command);
        Assert.False(command.Answer.IsCompleted); // it has not ended
        Assert.False(_engine.Core.Sequencer.Parker.IsParked); // it was woken, to end
        _driver.StepAll();
        Assert.True(command.Answer.IsCompleted);
    }

    [Fact]
    public void DeliveryIsNotEndedByTheBorrowerThatTakesTheStopThrough()
    {
        _engine.Core.Sequencer.Stop();
        _driver.Step("sequencer");
        _driver.Step("partition 0");
        _driver.Step("partition 1"); // hands on to delivery, which it borrows
        Assert.Equal(_engine.Core.Ring.Published, _engine.Core.Delivery.Handled);
        Task visit = _engine.Core.Delivery.VisitAsync(_ => { });
        Assert.False(visit.IsCompleted);
        Assert.False(_engine.Core.Delivery.Parker.IsParked);
        _driver.Step("delivery");
        Assert.True(visit.IsCompleted);
    }

    [Fact]
    public void AHandlerIsCalledInDeliverysOwnStepThoughABorrowerBringsTheLastPieceOfAWindow()
    {
        List<string?> callers = [];
        (ulong first, ulong second) = (KeyOf(0), KeyOf(1));
        using IDisposable handler = _engine.OnResults("s", "v", _ => callers.Add(_driver.Stepping));
        _appender.Append(first, StartNs, 1);
        _driver.StepAll();
        _engine.Core.Sequencer.Parker.Cancel(); // the next frame waits for the owner
        _appender.Append(second, StartNs + Second, 1);
        _driver.Step("sequencer");
        while (_driver.Step("partition 0"))
        {
        }

        _driver.Step("delivery"); // the window's first piece; the second partition may have one
        while (_driver.Step("partition 1"))
        {
        }

        Assert.Empty(callers);
        _driver.StepAll();
        Assert.Equal(["delivery"], callers);
    }

    private static ulong KeyOf(int partition) => Enumerable.Range(1, 10_000)
        .Select(i => (ulong)i)
        .First(key => SlotHash.PartitionOf(SlotHash.SlotOf(key), partitionCount: 2) == partition);

    private sealed class SteadyTime : TimeProvider
    {
        public const string Breakage = "a clock that fails";

        public bool IsBroken { get; set; }

        public override long GetTimestamp() => TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => IsBroken
            ? throw new InvalidOperationException(Breakage)
            : DateTimeOffset.UnixEpoch.AddSeconds(1_600_000_000);
    }
}
