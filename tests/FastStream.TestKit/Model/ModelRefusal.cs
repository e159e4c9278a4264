namespace FastStream.TestKit.Model;

/// <summary>Why a hello or a frame was refused.</summary>
internal enum ModelRefusal
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>Known sequence, other content. The sequence does not move.</summary>
    IdentityReused,

    /// <summary>A number too high. The sequence does not move; the answer names the expected one.</summary>
    OutOfSequence,

    /// <summary>A higher epoch has been opened.</summary>
    Fenced,

    /// <summary>Another session of this (stream, producer) lives.</summary>
    ProducerBusy,

    /// <summary>No room now. The sequence does not move.</summary>
    DiskFull,

    /// <summary>For good, as a tombstone: the frame cannot be read.</summary>
    Undecodable,

    /// <summary>For good, as a tombstone: a record names a dictionary id that was never announced.</summary>
    UnknownKeyId,
}
