namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>Something that brings frames into one window's cells.</summary>
internal interface IAggregator : IDisposable
{
    /// <summary>Applies one frame; called once a frame, never once a record.</summary>
    void Apply(AggregateFrame frame);

    /// <summary>Closes the window and gives its rows.</summary>
    Dictionary<ulong, AggregateRow> Close();
}
