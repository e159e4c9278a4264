namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// A mergeable state of one field within a cell: at a fixed offset, of a fixed size, with an optional part of
/// variable size in the heap. One stateless instance a kind; calls are per batch, never per record.
/// </summary>
/// <remarks>
/// SAFETY: every <c>byte*</c> points to <see cref="Bytes"/> writable bytes, aligned to 8, of an initialised state
/// (uninitialised for <see cref="Init"/> and <see cref="Read"/>).
/// </remarks>
internal abstract unsafe class AggregateState
{
    /// <summary>Name in the signature of saved rows; frozen.</summary>
    public abstract string Name { get; }

    /// <summary>Size in the cell, a multiple of 8.</summary>
    public abstract int Bytes { get; }

    /// <summary>Makes an empty state.</summary>
    public abstract void Init(byte* state);

    /// <summary>Adds each row's value to the state at the offset in its cell, in the order of rows.</summary>
    public abstract void Accumulate(in StateInput input, int offset);

    /// <summary>
    /// Adds adjacent values of one key, in the order of eight lanes and a fixed tree: value i goes to lane i modulo
    /// 8. <paramref name="values"/> and <paramref name="times"/> start at the first record.
    /// </summary>
    public abstract void AccumulateRun(byte* state, double* values, long* times, int count, PartitionHeap heap);

    /// <summary>Adds another state, which stays as it is.</summary>
    public abstract void Merge(byte* into, byte* from, PartitionHeap heap);

    /// <summary>Writes the state in its saved form.</summary>
    public virtual void Write(byte* state, ByteSink sink) => sink.Append(state, Bytes);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public virtual void Read(byte* state, ref ByteSource source, PartitionHeap heap) => source.Read(state, Bytes);

    /// <summary>Gives back the part in the heap.</summary>
    public virtual void Release(byte* state, PartitionHeap heap)
    {
    }

    /// <summary>True when <see cref="Release"/> has something to do.</summary>
    public virtual bool HasVariablePart => false;
}
