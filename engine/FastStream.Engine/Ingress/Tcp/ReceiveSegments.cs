using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.ObjectPool;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Reused pinned segments that connections receive into: small ones for quiet, large ones for busy ones.
/// </summary>
internal sealed class ReceiveSegments
{
    /// <summary>What a quiet connection receives into.</summary>
    internal const int SmallBytes = 64 << 10;

    /// <summary>
    /// What a busy one does: two frames of the usual size, fewer system calls, still in the L2 cache.
    /// </summary>
    internal const int LargeBytes = 512 << 10;

    private readonly DefaultObjectPool<Segment> _small;
    private readonly DefaultObjectPool<Segment> _large;
    private long _rentedBytes; // by Interlocked, any thread

    internal ReceiveSegments()
    {
        _small = new DefaultObjectPool<Segment>(new Policy(this, SmallBytes), 256);
        _large = new DefaultObjectPool<Segment>(new Policy(this, LargeBytes), 32);
    }

    /// <summary>Bytes of all segments that connections hold now.</summary>
    internal long RentedBytes => Volatile.Read(ref _rentedBytes); // partner: the Interlocked.Add in Rent and Return

    /// <summary>A segment; whoever gets it disposes it, once.</summary>
    internal IMemoryOwner<byte> Rent(bool large)
    {
        Segment segment = large ? _large.Get() : _small.Get();
        Interlocked.Add(ref _rentedBytes, segment.Memory.Length); // partner: RentedBytes
        return segment;
    }

    private void Return(Segment segment)
    {
        Interlocked.Add(ref _rentedBytes, -segment.Memory.Length); // partner: RentedBytes
        (segment.Memory.Length == LargeBytes ? _large : _small).Return(segment);
    }

    private sealed class Segment(ReceiveSegments owner, int bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

        [SuppressMessage("Design", "CA1063", Justification = "a segment is given back, never freed")]
        public void Dispose() => owner.Return(this);
    }

    private sealed class Policy(ReceiveSegments owner, int bytes) : PooledObjectPolicy<Segment>
    {
        public override Segment Create() => new(owner, bytes);

        public override bool Return(Segment obj) => true;
    }
}
