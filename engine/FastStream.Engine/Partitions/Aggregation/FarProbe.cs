using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// What a loop needs to look into a <see cref="FarIndex"/>, made ready once; good until the index grows.
/// </summary>
internal readonly unsafe struct FarProbe(in FarIndex index)
{
    private readonly uint* _entries = index.Entries;
    private readonly uint _mask = (1u << index.Log2) - 1;
    private readonly uint _numberMask = index.NumberMask;
    private readonly int _shift = index.Shift;
    private readonly int _tagShift = index.TagShift;

    /// <summary>Where a hash is looked for first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint* PlaceOf(uint hash) => _entries + (hash >> _shift);

    /// <summary>
    /// The number, plus one, of the cell that the index names for a hash, or 0; another key's one time in thousands.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Guess(uint hash)
    {
        uint tag = hash << _tagShift;
        uint at = hash >> _shift;
        uint entry = _entries[at];
        while (entry != 0 && (entry ^ tag) > _numberMask)
        {
            at = (at + 1) & _mask;
            entry = _entries[at];
        }

        return entry & _numberMask;
    }
}
