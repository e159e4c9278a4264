using CsCheck;
using FastStream.Engine.Memory;

namespace FastStream.Tests.Memory;

/// <summary>
/// Goal: the rings are bounded queues. Method: random calls against a plain queue; and, for the ring of one writer and
/// one reader, calls of several threads (each side behind a lock of its own) that must fit some order of the calls.
/// The ring of many writers is no queue in that strict sense, by design: an item of a stalled writer hides those
/// behind it for a moment; its order by writer is held in <see cref="RingTests"/>.
/// </summary>
public sealed class RingModelTests
{
    private const int Capacity = 4;

    [Fact]
    public void TheSpscRingIsAQueueOfItsCapacity() =>
        Gen.Const(() => (new SpscRing<int>(Capacity), new Queue<int>())).SampleModelBased(
            Gen.Int[0, 99].Operation<SpscRing<int>, Queue<int>>(
                (ring, item) => Assert.Equal(ring.Count < Capacity, ring.TryEnqueue(item)),
                (queue, item) => EnqueueIfRoom(queue, item)),
            Gen.Operation<SpscRing<int>, Queue<int>>(
                ring => ring.TryDequeue(out _),
                queue => queue.TryDequeue(out _)),
            equal: (ring, queue) =>
                ring.Count == queue.Count
                && ring.IsEmpty == (queue.Count == 0)
                && ring.TryPeek(out int first) == queue.TryPeek(out int expected)
                && first == expected,
            iter: 5_000);

    [Fact]
    public void TheMpscRingIsAQueueOfItsCapacityForOneThread() =>
        Gen.Const(() => (new BoundedMpscRing<int>(Capacity), new Queue<int>())).SampleModelBased(
            Gen.Int[0, 99].Operation<BoundedMpscRing<int>, Queue<int>>(
                (ring, item) => Assert.Equal(ring.Count < Capacity, ring.TryEnqueue(item)),
                (queue, item) => EnqueueIfRoom(queue, item)),
            Gen.Operation<BoundedMpscRing<int>, Queue<int>>(
                ring => ring.TryDequeue(out _),
                queue => queue.TryDequeue(out _)),
            equal: (ring, queue) => ring.Count == queue.Count && ring.IsEmpty == (queue.Count == 0),
            iter: 5_000);

    [Fact]
    public void WhatSeveralThreadsDoToTheSpscRingFitsSomeOrder() =>
        Gen.Const(() => new TwoSidedRing()).SampleParallel(
            Gen.Int[0, 99].Operation<TwoSidedRing>((ring, item) => ring.Enqueue(item)),
            Gen.Operation<TwoSidedRing>(ring => ring.Dequeue()),
            equal: (one, two) => one.History() == two.History(),
            iter: 100);

    private static void EnqueueIfRoom(Queue<int> queue, int item)
    {
        if (queue.Count < Capacity)
        {
            queue.Enqueue(item);
        }
    }

    private sealed class TwoSidedRing
    {
        private readonly SpscRing<int> _ring = new(Capacity);
        private readonly Lock _writer = new();
        private readonly Lock _reader = new();
        private readonly Lock _asking = new();
        private readonly List<string> _taken = [];
        private string? _history;

        public void Enqueue(int item)
        {
            lock (_writer)
            {
                _ring.TryEnqueue(item);
            }
        }

        public void Dequeue()
        {
            lock (_reader)
            {
                _taken.Add(_ring.TryDequeue(out int item) ? $"{item}" : "none");
            }
        }

        // What was taken, in order, and what is left; the same every time it is asked. CsCheck compares with several
        // orders at once, so several threads ask: the first one empties the ring, the others wait for its answer.
        public string History()
        {
            lock (_asking)
            {
                return _history ??= string.Join(' ', _taken) + " | " + string.Join(' ', Left());
            }
        }

        private IEnumerable<int> Left()
        {
            while (_ring.TryDequeue(out int item))
            {
                yield return item;
            }
        }
    }
}
