namespace FastStream.Protocol;

/// <summary>The numbers of the wire format. They are frozen: WIRE_FORMAT.md states them and tests hold them.</summary>
public static class WireFormat
{
    /// <summary>The first four bytes of every frame, 'FSF1', as a little-endian number.</summary>
    public const uint Magic = 0x31465346;

    /// <summary>The protocol version of this library; a frame of another version is refused.</summary>
    public const byte Version = 1;

    /// <summary>Bytes of the header that starts every frame.</summary>
    public const int HeaderBytes = 64;

    /// <summary>Frames and the columns in them start at multiples of this: a cache line, an AVX-512 vector.</summary>
    public const int AlignmentBytes = 64;

    /// <summary>Largest frame that a receiver takes unless it says otherwise in its welcome.</summary>
    public const int DefaultMaxFrameBytes = 1 << 20;

    /// <summary>Largest frame that any receiver may be set to take.</summary>
    public const int HardMaxFrameBytes = 16 << 20;

    /// <summary>Most records in one frame, so that an index within a frame fits in 16 bits.</summary>
    public const int MaxRecordsPerFrame = 65_536;

    /// <summary>Most fields in a schema.</summary>
    public const int MaxFieldCount = 64;

    /// <summary>Most columns in a frame: the fields, the key, the time and the source position.</summary>
    public const int MaxColumnCount = MaxFieldCount + 3;

    /// <summary>Longest name (stream, producer, field, key, label) in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 249;

    /// <summary>Longest source position in bytes.</summary>
    public const int MaxPositionBytes = 64;

    /// <summary>Longest authentication data in a hello, in bytes.</summary>
    public const int MaxAuthenticationBytes = 4096;

    /// <summary>Longest text of an error frame, in bytes of UTF-8.</summary>
    public const int MaxErrorTextBytes = 1024;

    /// <summary>Most refused records that one ack lists.</summary>
    public const int MaxRefusalsPerAck = 64;

    /// <summary>Most labels that one dictionary entry carries.</summary>
    public const int MaxLabelsPerEntry = 16;

    /// <summary>A compressed payload may not claim to be more than this many times its size.</summary>
    public const int MaxCompressionRatio = 256;

    /// <summary>Bytes before the column descriptors at the start of a data payload.</summary>
    internal const int DirectoryHeadBytes = 8;

    /// <summary>Bytes of one column descriptor.</summary>
    internal const int DescriptorBytes = 32;

    /// <summary>Rounds up to the next multiple of <see cref="AlignmentBytes"/>.</summary>
    /// <param name="bytes">A length of at most <see cref="HardMaxFrameBytes"/>.</param>
    /// <returns>The smallest multiple of 64 that is not below it.</returns>
    public static int Align(int bytes) => (bytes + (AlignmentBytes - 1)) & ~(AlignmentBytes - 1);
}
