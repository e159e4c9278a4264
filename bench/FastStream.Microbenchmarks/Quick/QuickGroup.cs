namespace FastStream.Microbenchmarks.Quick;

/// <summary>Cases that do the same work and are timed in turns; the first is ours, ratios are against it.</summary>
/// <param name="name">What is done.</param>
/// <param name="unit">What a time is given for.</param>
/// <param name="unitCount">Units that one run works through.</param>
/// <param name="owner">Disposed when the group is done.</param>
/// <param name="cases">Ours first.</param>
internal sealed class QuickGroup(
    string name, string unit, int unitCount, IDisposable? owner, params QuickCase[] cases) : IDisposable
{
    public const double UsualSampleMs = 2;

    public string Name { get; } = name;

    public string Unit { get; } = unit;

    public int UnitCount { get; } = unitCount;

    public IReadOnlyList<QuickCase> Cases { get; } = cases;

    /// <summary>Runs wait for a disk: they are long already, and few of them do.</summary>
    public bool IsDisk { get; init; }

    /// <summary>How long a case runs at each of its turns.</summary>
    public double SampleMs { get; init; } = UsualSampleMs;

    public void Dispose() => owner?.Dispose();
}
