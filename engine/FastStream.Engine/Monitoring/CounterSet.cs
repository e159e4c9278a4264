using System.Runtime.CompilerServices;

namespace FastStream.Engine.Monitoring;

/// <summary>One thread's share of the engine's counters.</summary>
/// <remarks>
/// Owner: the thread that asked for it writes; any thread may read. Counting is one plain add to memory that no other
/// thread writes: the cells lie 128 bytes away from anything else (two lines, because of the adjacent-line
/// prefetcher). A reader may see a value some stores old, never a torn one and never one that falls.
/// </remarks>
internal sealed class CounterSet
{
    private const int PadCount = 128 / sizeof(long);

    private readonly long[] _cells = new long[PadCount + EngineCounterCatalog.IdLimit + PadCount];

    internal CounterSet(string owner)
    {
        Owner = owner;
    }

    /// <summary>The name of the thread that counts here.</summary>
    internal string Owner { get; }

    /// <summary>Owner's thread only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(EngineCounter counter, long count)
    {
        ref long cell = ref _cells[PadCount + (int)counter];
        Volatile.Write(ref cell, cell + count); // partner: the acquire in Read
    }

    /// <summary>Any thread.</summary>
    internal long Read(EngineCounter counter) =>
        Volatile.Read(ref _cells[PadCount + (int)counter]); // partner: the release in Add
}
