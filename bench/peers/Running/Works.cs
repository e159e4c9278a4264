namespace FastStream.Peers.Running;

/// <summary>What a case does with a record before its ack.</summary>
internal static class Works
{
    public const string Stores = "stores";

    public const string Aggregates = "aggregates";

    public const string Both = "both";

    /// <summary>A ceiling: bytes are moved and nothing else.</summary>
    public const string Moves = "moves";
}
