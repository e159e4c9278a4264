namespace FastStream.Protocol;

/// <summary>Flags of a frame header. Bits without a name must be zero.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>The payload is as it is.</summary>
    None = 0,

    /// <summary>The payload is one LZ4 block; only data frames may be compressed.</summary>
    Lz4 = 1,
}
