namespace FastStream.Client;

/// <summary>What the application hands to the sending thread, in order. Exactly one part is set.</summary>
internal readonly record struct WorkItem
{
    /// <summary>A closed buffer to take up to its closed count.</summary>
    public ColumnBuffer? Buffer { get; init; }

    /// <summary>A whole frame that has its sequence already.</summary>
    public FrameSlot? Frame { get; init; }

    /// <summary>Completed when everything before it is settled.</summary>
    public TaskCompletionSource? Flush { get; init; }

    /// <summary>A time frame to write, in event time.</summary>
    public long? TimeNs { get; init; }

    /// <summary>An end frame to write.</summary>
    public bool IsEnd { get; init; }
}
