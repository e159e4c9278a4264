namespace FastStream.TestKit.Files;

/// <summary>Ways in which an operation goes wrong.</summary>
internal enum FileFaultKind
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>
    /// It is not done and says so. A flush that fails loses what it should have written and forgets that it did: the
    /// next one succeeds, as Linux has it.
    /// </summary>
    Error,

    /// <summary>The process dies before it is done.</summary>
    Death,

    /// <summary>The process dies when half of a write is done, or after anything else was done in full.</summary>
    DeathHalfWay,
}
