namespace FastStream.TestKit.Model;

/// <summary>The kinds of frame that consume a sequence number.</summary>
internal enum ModelFrameKind
{
    /// <summary>Names for dictionary ids.</summary>
    Dictionary,

    /// <summary>Records.</summary>
    Data,

    /// <summary>The producer's promise that nothing earlier follows.</summary>
    Time,

    /// <summary>The producer is done: its source leaves the watermark.</summary>
    End,
}
