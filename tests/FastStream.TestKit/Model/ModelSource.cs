namespace FastStream.TestKit.Model;

/// <summary>What time knows of one producer.</summary>
internal sealed class ModelSource
{
    /// <summary>Highest event time among its accepted records and time frames; the minimum when it has none.</summary>
    public long ProgressNs { get; set; } = long.MinValue;

    /// <summary>Counts towards the watermark.</summary>
    public bool Live { get; set; }

    /// <summary>Was set aside at least once since it joined.</summary>
    public bool WasSetAside { get; set; }

    /// <summary>A copy that shares nothing.</summary>
    public ModelSource Clone() => (ModelSource)MemberwiseClone();
}
