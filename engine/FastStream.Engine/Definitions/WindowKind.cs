namespace FastStream.Engine.Definitions;

/// <summary>How event time is cut into windows. The numbers are frozen.</summary>
public enum WindowKind : byte
{
    /// <summary>Windows of one size, end to end, aligned to the Unix epoch.</summary>
    Tumbling = 0,
}
