using FastStream.Engine;
using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Goal: work goes through resting loops on the thread that brings it, and to their own threads where one is busy or
/// has more to do. Method: loops that note who stepped them, and a whole engine.
/// </summary>
public sealed class LoopChainTests
{
    [Fact]
    public void LoopsThatAllRestAreSteppedInOrderAndRestAgain()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps), new("c", steps)];
        Array.ForEach(loops, loop => loop.Parker.Announce(mayLend: true));
        new LoopChain(loops).Run();
        Assert.Equal(["a", "b", "c"], steps);
        Assert.All(loops, loop => Assert.True(loop.Parker.TryBorrow()));
    }

    [Fact]
    public void WhereOneIsBusyNoneIsSteppedAndTheFirstIsWoken()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps) { HasWork = true }, new("b", steps)];
        loops[0].Parker.Announce(mayLend: true);
        new LoopChain(loops).Run();
        Assert.Empty(steps);
        Assert.False(loops[0].Parker.IsParked);
    }

    [Fact]
    public void ALoopThatHasMoreToDoIsWoken()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps) { HasWork = true }, new("c", steps)];
        Array.ForEach(loops, loop => loop.Parker.Announce(mayLend: true));
        new LoopChain(loops).Run();
        Assert.Equal([true, false, true], loops.Select(loop => loop.Parker.IsParked));
    }

    [Fact]
    public void OneLoopAloneIsSteppedWhileAnotherIsBusyAndWokenWhereItHasMore()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps), new("c", steps) { HasWork = true }];
        LoopChain chain = new(loops);
        loops[0].Parker.Announce(mayLend: true);
        loops[2].Parker.Announce(mayLend: true);
        chain.RunFirst();
        chain.RunLast();
        Assert.Equal(["a", "c"], steps);
        Assert.True(loops[0].Parker.TryBorrow());
        Assert.False(loops[2].Parker.IsParked);
    }

    [Fact]
    public void OneLoopAloneThatDoesNotRestIsWokenAndNotStepped()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps)];
        Array.ForEach(loops, loop => loop.Parker.Announce());
        LoopChain chain = new(loops);
        chain.RunFirst();
        chain.RunLast();
        Assert.Empty(steps);
        Assert.All(loops, loop => Assert.False(loop.Parker.IsParked));
    }

    [Fact]
    public void AStepThatMustWaitGivesTheOtherLoopsBackFirst()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps)];
        loops[0].Stepped = () => Assert.True(loops[0].Parker.WaitUntil(loops[1].Parker.TryBorrow, timeoutMs: 10_000));
        Array.ForEach(loops, loop => loop.Parker.Announce(mayLend: true));
        new LoopChain(loops).Run();
        Assert.Equal(["a"], steps); // b was another's by then
    }

    [Fact]
    public void ALoopThatWasGivenBackForAWaitAndHasBegunAStepOfItsOwnIsNotTouchedAgain()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps), new("c", steps)];
        loops[0].Stepped = () => Assert.True(loops[0].Parker.WaitUntil(
            () =>
            {
                loops[1].Parker.Cancel(); // as its owner, which wakes and works
                return true;
            }));
        Array.ForEach(loops, loop => loop.Parker.Announce(mayLend: true));
        new LoopChain(loops).Run();
        Assert.Equal([true, false, true], loops.Select(loop => loop.Parker.IsParked));
        Assert.False(loops[1].Parker.TryBorrow());
    }

    [Fact]
    public void GivingBackALoopThatNobodyHasBorrowedIsRefused()
    {
        Parker parker = new();
        Assert.Throws<InvalidOperationException>(parker.GiveBack);
        parker.Announce(mayLend: true);
        Assert.True(parker.TryBorrow());
        parker.GiveBack();
        Assert.Throws<InvalidOperationException>(parker.GiveBack);
    }

    [Fact]
    public void ALoopBehindTheFirstThatWaitsInItsStepIsHeldAndTheOthersGoBack()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps), new("c", steps)];
        bool[] couldBorrow = new bool[3];
        loops[1].Stepped = () => loops[1].Parker.WaitUntil(
            () =>
            {
                for (int i = 0; i < loops.Length; i++)
                {
                    couldBorrow[i] = loops[i].Parker.TryBorrow();
                }

                return true;
            });
        Array.ForEach(loops, loop => loop.Parker.Announce(mayLend: true));
        new LoopChain(loops).Run();
        Assert.Equal([true, false, true], couldBorrow);
        Assert.Equal(["a", "b"], steps);
        Assert.True(loops[1].Parker.TryBorrow()); // it is back
    }

    [Fact]
    public void LoopsWhoseStepThrowsGoBackToTheirOwnersAllTheSame()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps) { HasWork = true }, new("b", steps), new("c", steps)];
        LoopChain chain = new(loops);
        loops[1].Stepped = () => throw new InvalidOperationException("b");
        loops[2].Stepped = () => throw new InvalidOperationException("c");
        Array.ForEach(loops, loop => loop.Parker.Announce(mayLend: true));
        Assert.Throws<InvalidOperationException>(chain.Run);
        Assert.False(loops[0].Parker.IsParked); // woken: it has work
        Assert.Throws<InvalidOperationException>(chain.RunLast);
        Assert.True(loops[1].Parker.TryBorrow());
        Assert.True(loops[2].Parker.TryBorrow());
    }

    [Fact]
    public void TheThreadOfALoopThatBringsWorkLeavesItToTheOthersThreads()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps), new("b", steps)];
        Array.ForEach(loops, loop => loop.Parker.Announce(mayLend: true));
        LoopChain chain = new(loops);
        NotedLoop own = new("own", steps) { OwnStep = chain.RunFirst };
        ThreadDriver driver = new();
        driver.Start(own);
        driver.Join(own);
        Assert.Empty(steps);
        Assert.False(loops[0].Parker.IsParked);
    }

    [Fact]
    public void WhatAStepBringsDoesNotRunInsideIt()
    {
        List<string> steps = [];
        NotedLoop[] loops = [new("a", steps)];
        LoopChain chain = new(loops);
        NotedLoop[] inner = [new("inner", steps) { HasWork = true }];
        inner[0].Parker.Announce(mayLend: true);
        loops[0].Stepped = new LoopChain(inner).Run;
        loops[0].Parker.Announce(mayLend: true);
        chain.Run();
        Assert.Equal(["a"], steps);
        Assert.False(inner[0].Parker.IsParked);
    }

    [Fact]
    public async Task AWindowThatASmallAppendClosesIsEmittedThoughNothingFollows()
    {
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { Ephemeral = true, Partitions = 1 });
        IngestionStream stream = engine.Stream("s", "u64 (value)").View("v", "tumbling 1s late 0s by key: count");
        using RecordAppender appender = stream.CreateAppender("p");
        long rows = 0;
        using IDisposable handler = engine.OnResults("s", "v", piece => rows += piece.Keys.Length);
        for (int second = 1; second <= 100; second++)
        {
            appender.Append(7, second * 1_000_000_000L, 1);
            await Eventually.Until(() => Volatile.Read(ref rows) == second - 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task FramesOfManyThreadsThatBorrowTheSequencerAndDeliveryAreEachAppliedOnce(int partitions)
    {
        const int Threads = 4;
        const int Appends = 200;
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { Ephemeral = true, Partitions = partitions });
        IngestionStream stream = engine.Stream("s", "u64 (value)").View("1h", "tumbling 1h by key: count");
        ulong[] keys = [.. Enumerable.Range(0, 2_000).Select(i => (ulong)i)];
        long[] times = [.. keys.Select(_ => 1_600_000_000_000_000_000)];
        double[] values = new double[keys.Length];
        Task[] work = [.. Enumerable.Range(0, Threads).Select(t => Task.Run(async () =>
        {
            using RecordAppender appender = stream.CreateAppender($"p{t}");
            for (int i = 0; i < Appends; i++)
            {
                appender.Append(keys, times, values);
            }

            await appender.WhenApplied(appender.Position);
        }))];
        await Task.WhenAll(work).WaitAsync(TimeSpan.FromMinutes(2));
        Ledger ledger = await engine.LedgerAsync();
        Assert.Null(ledger.FindImbalance());
        Assert.Equal((long)Threads * Appends * keys.Length, ledger.Views.Single().Applied);
    }

    [Fact]
    public async Task SmallFramesWhoseSequencingWaitsForTheJournalInTheMidstOfAChainAreEachCountedOnce()
    {
        const int Threads = 3;
        const int Appends = 2_000;
        using TempFolder folder = new();
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions
        {
            DataDirectory = folder.PathOf("data"),
            Partitions = 2,
            Limits = new EngineLimits { MaxFrameBytes = 16 << 10 },
            Logs = new LogOptions { JournalPageBytes = 1 << 16, JournalSegmentBytes = 1 << 20 },
        });
        IngestionStream stream = engine.Stream("s", "u64 (value)").View("1s", "tumbling 100ms late 0s by key: count, p95(value)");
        ulong[] keys = [.. Enumerable.Range(0, 400).Select(i => (ulong)i)];
        double[] values = new double[keys.Length];
        Task[] work = [.. Enumerable.Range(0, Threads).Select(t => Task.Run(async () =>
        {
            using RecordAppender appender = stream.CreateAppender($"p{t}");
            for (int i = 0; i < Appends; i++)
            {
                long[] times = new long[keys.Length];
                Array.Fill(times, 1_600_000_000_000_000_000 + (i * 10_000_000L));
                appender.Append(keys, times, values);
            }

            await appender.WhenApplied(appender.Position);
        }))];
        await Task.WhenAll(work).WaitAsync(TimeSpan.FromMinutes(2));
        Ledger ledger = await engine.LedgerAsync();
        Assert.Null(ledger.FindImbalance());
        ViewLedger view = ledger.Views.Single(); // late: what a thread sent that began when the others had gone on
        Assert.Equal((long)Threads * Appends * keys.Length, view.Applied + view.Late + view.LateOnJoin + view.LateAfterIdle);
    }

    [Fact]
    public void ASmallAppendIsAppliedWhenItReturnsIfTheLoopsRested()
    {
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { Ephemeral = true, Partitions = 1 });
        IngestionStream stream = engine.Stream("s", "u64 (value)").View("1h", "tumbling 1h by key: count");
        using RecordAppender appender = stream.CreateAppender("p");
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                ulong position = appender.Append(7, 1_600_000_000_000_000_000, 1);
                return appender.AppliedPosition >= position;
            },
            60_000));
    }

    private sealed class NotedLoop(string name, List<string> steps) : IEngineLoop
    {
        public string Name => name;

        public Parker Parker { get; } = new();

        public bool HasWork { get; set; }

        public Action Stepped { get; set; } = () => { };

        public Action OwnStep { get; init; } = () => { };

        public void Begin()
        {
        }

        public LoopStep Step()
        {
            OwnStep();
            return LoopStep.Ended;
        }

        public void StepBriefly()
        {
            steps.Add(name);
            Stepped();
        }

        public void Rest()
        {
        }
    }
}
