namespace FastStream.Protocol;

/// <summary>How a producer writes columns.</summary>
public enum EncodingMode : byte
{
    /// <summary>As they are: nothing to compute, 8 bytes a value.</summary>
    Raw = 0,

    /// <summary>The smallest encoding from which every value comes back exactly, found by trying.</summary>
    Auto = 1,
}
