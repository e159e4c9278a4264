namespace FastStream.TestKit.Generate;

/// <summary>Which sequence number a frame gets.</summary>
internal enum SequenceChoice
{
    /// <summary>The next one.</summary>
    Next,

    /// <summary>One too many.</summary>
    Gap,

    /// <summary>The last frame once more, as it was.</summary>
    Duplicate,

    /// <summary>The last frame's number with this frame's content.</summary>
    Reused,
}
