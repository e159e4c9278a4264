namespace FastStream.Engine.Partitions;

/// <summary>What a call of <see cref="StreamPartition.Emit"/> did.</summary>
internal enum EmitStatus
{
    /// <summary>No closed window waits.</summary>
    Nothing,

    /// <summary>A large window was ordered a bit further; the slice holds nothing yet. Call again, soon.</summary>
    Working,

    /// <summary>The slice holds rows.</summary>
    Slice,
}
