using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions.Preparation;

/// <summary>
/// Memory that preparation and filters work in. One for each partition, used by its thread alone, shared by all
/// plans: what one call leaves here is valid until the next call of <see cref="PreparationPlan.Run"/>.
/// </summary>
/// <remarks>
/// Field columns (8 bytes a record), registers (16 KiB) and gathered columns (16 KiB) are allocated when a plan first
/// needs them and then kept, so that a steady state allocates nothing. At most 64 field columns of 65,536 records,
/// 32 MiB, if a stream rewrites every field.
/// </remarks>
internal sealed unsafe class PreparationScratch
{
    private const int RegisterBytes = RowBlock.MaxSpan * sizeof(double);
    private const int MaskWords = RowBlock.MaxSpan / 64;

    private readonly int _maxRecords;
    private readonly ScratchMemory?[] _columns = new ScratchMemory?[DefinitionLimits.MaxFieldCount];
    private readonly ScratchMemory?[] _gathered = new ScratchMemory?[DefinitionLimits.MaxFieldCount];
    private readonly ScratchMemory?[] _registers = new ScratchMemory?[DefinitionLimits.MaxExpressionNodeCount];
    private readonly ScratchMemory _masks;
    private readonly ScratchMemory _refused;
    private readonly ScratchMemory _fields;

    /// <param name="maxRecords">Most records of a frame.</param>
    public PreparationScratch(int maxRecords)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRecords);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxRecords, ushort.MaxValue + 1);
        _maxRecords = maxRecords;
        _masks = new ScratchMemory(DefinitionLimits.MaxExpressionNodeCount * MaskWords * sizeof(ulong));
        _refused = new ScratchMemory(maxRecords * sizeof(ushort));
        _fields = new ScratchMemory(DefinitionLimits.MaxFieldCount * sizeof(double*));
    }

    /// <summary>Room for the rows that the rule in hand refuses.</summary>
    public ushort* Refused => (ushort*)_refused.Pointer;

    /// <summary>The table of prepared columns.</summary>
    public double** Fields => (double**)_fields.Pointer;

    /// <summary>A whole column for a field that is rewritten or computed.</summary>
    public double* Column(int ordinal) =>
        (double*)(_columns[ordinal] ??= new ScratchMemory(_maxRecords * sizeof(double))).Pointer;

    /// <summary>A field's values of the rows of a scattered block.</summary>
    public double* Gathered(int ordinal) =>
        (double*)(_gathered[ordinal] ??= new ScratchMemory(RegisterBytes)).Pointer;

    /// <summary>Values of an inner node of an expression, for one block.</summary>
    public double* Register(int index) =>
        (double*)(_registers[index] ??= new ScratchMemory(RegisterBytes)).Pointer;

    /// <summary>A mask over one block; number 0 is free for whoever runs no expression.</summary>
    public ulong* Mask(int index) => (ulong*)_masks.Pointer + (index * MaskWords);
}
