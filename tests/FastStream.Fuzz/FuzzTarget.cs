namespace FastStream.Fuzz;

/// <summary>
/// One parser under fire. A target makes valid inputs, the harness spoils them, the target parses what came out.
/// One instance belongs to one thread and may keep scratch, but no case may depend on the one before it.
/// </summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>In small letters and hyphens; also the name of its folder in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>Its share of all cases, beside those of the others. 0: only when it is asked for by name.</summary>
    public abstract int Weight { get; }

    /// <summary>Whether its inputs are text, which is spoiled by words as well as by bytes.</summary>
    public virtual bool IsText => false;

    /// <summary>Words of the language, for text.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>
    /// Whether an input that was not spoiled must be parsed; else a wrong generator would fuzz nothing but the first check.
    /// </summary>
    public virtual bool ValidInputsParse => true;

    /// <summary>Makes a valid input.</summary>
    public abstract void Generate(FuzzRandom random, InputBuffer input);

    /// <summary>Makes checksums (and, at times, lengths) right again, so that a mutation reaches what is behind them.</summary>
    public virtual void Repair(FuzzRandom random, InputBuffer input)
    {
    }

    /// <summary>
    /// Parses; true when the input was taken, false when it was refused in the documented way. Anything else throws.
    /// The input may end at a page that must not be touched.
    /// </summary>
    public abstract bool Run(ReadOnlySpan<byte> input);

    /// <summary>What a case may allocate on the managed heap: a fixed part and one that grows with the input.</summary>
    public virtual long AllocationLimit(int inputBytes) => 4096;

    /// <summary>What is still rented after a case, in words; null when nothing is.</summary>
    public virtual string? FindLeak() => null;

    public void Dispose() => Release();

    /// <summary>Gives back what the target holds.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>Says that a rule of the target does not hold.</summary>
    protected static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new FuzzFault(what);
        }
    }
}
