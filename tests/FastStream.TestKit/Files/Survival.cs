namespace FastStream.TestKit.Files;

/// <summary>What a power cut leaves of that which was not flushed.</summary>
internal enum Survival
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Everything.</summary>
    Everything,

    /// <summary>Any of the blocks, some of them torn, and the first few of the changes of names.</summary>
    AtRandom,
}
