namespace FastStream.Engine.Results;

/// <summary>What a result had survived when it was handed out.</summary>
public enum ResultLevel
{
    /// <summary>Input and result are on stable storage: it will never come again with other content.</summary>
    Durable = 0,

    /// <summary>Computed, but a power cut may still take its input back; then it never happened.</summary>
    Applied = 1,
}
