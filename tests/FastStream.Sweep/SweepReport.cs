namespace FastStream.Sweep;

/// <summary>What a sweep did and found.</summary>
/// <param name="Points">Points at which a fault fired, by fault.</param>
/// <param name="Findings">A line each, with what is needed to run it again.</param>
internal sealed record SweepReport(IReadOnlyDictionary<string, int> Points, IReadOnlyList<string> Findings)
{
    public int PointCount => Points.Values.Sum();

    public void Write(TextWriter output)
    {
        foreach ((string name, int count) in Points)
        {
            output.WriteLine($"{count,6} points: {name}");
        }

        output.WriteLine($"{PointCount,6} points in all, {Findings.Count} findings");
        foreach (string finding in Findings)
        {
            output.WriteLine($"FOUND {finding}");
        }
    }
}
