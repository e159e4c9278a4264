namespace FastStream.TestKit.Model;

/// <summary>What became of the records of one frame. Accepted ones passed preparation, late ones among them.</summary>
internal sealed record ModelOutcome
{
    /// <summary>Prepared.</summary>
    public long Accepted { get; set; }

    /// <summary>Refused by a rule, or for a time outside the range.</summary>
    public long Refused { get; set; }

    /// <summary>Too far ahead of their arrival.</summary>
    public long Future { get; set; }

    /// <summary>Under a name beyond the limit of names.</summary>
    public long KeyLimit { get; set; }

    /// <summary>Late, in any way, for at least one view.</summary>
    public long Late { get; set; }
}
