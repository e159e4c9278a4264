namespace FastStream.Peers.Running;

/// <summary>What must have come out for a key over all windows.</summary>
internal readonly record struct KeyTotal(long Count, double Sum);
