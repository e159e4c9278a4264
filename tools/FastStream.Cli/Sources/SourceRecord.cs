namespace FastStream.Cli.Sources;

/// <summary>One record of a source; the object is reused for every row.</summary>
internal sealed class SourceRecord
{
    public SourceRecord(int fieldCount)
    {
        Values = new double[fieldCount];
    }

    /// <summary>Set for text keys.</summary>
    public string TextKey { get; set; } = "";

    /// <summary>Set for u64 keys.</summary>
    public ulong NumberKey { get; set; }

    public long TimeNs { get; set; }

    /// <summary>In the order of the layout's fields; NaN where the row has no value.</summary>
    public double[] Values { get; }
}
