namespace FastStream.Engine.Results;

/// <summary>What the scan of the results log at open found.</summary>
internal struct ResultsScan
{
    /// <summary>The first entry whose cause will be replayed; the log's tail when there is none.</summary>
    internal long CompareFromAddress { get; set; }

    /// <summary>Retention has removed entries before the first one.</summary>
    internal bool IsCutAtBegin { get; set; }

    /// <summary>Entries with results.</summary>
    internal long EntryCount { get; set; }
}
