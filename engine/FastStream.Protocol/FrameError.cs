namespace FastStream.Protocol;

/// <summary>Why bytes are not a good frame. Waiting for more bytes is not an error.</summary>
public enum FrameError : byte
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The frame does not start with 'FSF1': the other side does not speak this protocol.</summary>
    BadMagic,

    /// <summary>The header names a version other than <see cref="WireFormat.Version"/>.</summary>
    WrongVersion,

    /// <summary>The header's checksum does not match.</summary>
    BadHeaderCrc,

    /// <summary>The kind names nothing.</summary>
    UnknownKind,

    /// <summary>A flag without a meaning, or one that this kind may not have.</summary>
    BadFlags,

    /// <summary>Bytes that must be zero are not, or a header field is set that this kind does not use.</summary>
    BadReserved,

    /// <summary>Frame, payload and raw lengths contradict each other.</summary>
    BadLength,

    /// <summary>The frame, or what it decompresses to, is above the receiver's limit.</summary>
    FrameTooLarge,

    /// <summary>More records than the receiver's limit.</summary>
    TooManyRecords,

    /// <summary>A sequenced frame has sequence 0, or an unsequenced one has a sequence.</summary>
    BadSequence,

    /// <summary>The payload's checksum does not match.</summary>
    BadPayloadCrc,

    /// <summary>The bytes that fill up the frame are not zero.</summary>
    BadPadding,

    /// <summary>The payload ends before its content does.</summary>
    Truncated,

    /// <summary>The payload goes on after its content.</summary>
    TrailingBytes,

    /// <summary>A name is empty, too long, not UTF-8 or has characters that are not allowed.</summary>
    BadName,

    /// <summary>A value outside its range: an unknown enum number, a count above its limit.</summary>
    BadValue,

    /// <summary>The LZ4 block is damaged or does not have the size that the header says.</summary>
    BadCompression,

    /// <summary>The column directory is damaged: count, order, offsets, a column twice or none at all.</summary>
    BadDirectory,

    /// <summary>A column's encoding does not fit its role, its length or its parameters.</summary>
    BadColumn,

    /// <summary>The caller's scratch block is smaller than the decoder said.</summary>
    ScratchTooSmall,
}
