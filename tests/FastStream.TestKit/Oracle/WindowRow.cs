namespace FastStream.TestKit.Oracle;

/// <summary>One window's row as any of the three programs gives it: engine, model, DuckDB.</summary>
internal sealed record WindowRow(long StartNs, string Key, double[] Values)
{
    /// <summary>Its place among the rows of one view.</summary>
    public (long StartNs, string Key) Identity => (StartNs, Key);
}
