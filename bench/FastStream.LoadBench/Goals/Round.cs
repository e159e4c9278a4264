namespace FastStream.LoadBench.Goals;

/// <summary>What one round measured: figures by case and name.</summary>
internal sealed class Round
{
    private readonly Dictionary<(string Case, string Figure), double> _figures = [];

    public void Add(string name, string figure, double value) => _figures[(name, figure)] = value;

    public double? Get(string name, string figure) =>
        _figures.TryGetValue((name, figure), out double value) ? value : null;

    public double? Ratio((string Case, string Figure) ours, (string Case, string Figure) other) =>
        Get(ours.Case, ours.Figure) / Get(other.Case, other.Figure);
}
