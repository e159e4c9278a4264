namespace FastStream.Sweep;

/// <summary>What is done to a file behind the journal's back.</summary>
internal enum DamageKind
{
    /// <summary>One bit of a block is another.</summary>
    Flip,

    /// <summary>A block holds zeros.</summary>
    Zero,

    /// <summary>The file ends with the block before.</summary>
    Truncate,

    /// <summary>The block holds what stood in the block before it.</summary>
    Misplace,

    /// <summary>The file is gone.</summary>
    Delete,
}
