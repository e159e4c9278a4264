namespace FastStream.Peers.Running;

/// <summary>Classes of durability; figures are compared within a class only.</summary>
internal static class Durabilities
{
    /// <summary>On stable storage before the ack.</summary>
    public const string Flushed = "flushed";

    /// <summary>Handed to the operating system or the disk before the ack, lost when the power goes.</summary>
    public const string NotFlushed = "not flushed";

    /// <summary>Lost with the process.</summary>
    public const string Memory = "memory";
}
