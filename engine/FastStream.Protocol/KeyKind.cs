namespace FastStream.Protocol;

/// <summary>What a stream's keys are. The numbers are frozen: they stand on the wire and in the journal.</summary>
public enum KeyKind : byte
{
    /// <summary>Keys are unsigned 64-bit numbers.</summary>
    U64 = 0,

    /// <summary>Keys are texts, which travel as ids of the producer's dictionary.</summary>
    Text = 1,
}
