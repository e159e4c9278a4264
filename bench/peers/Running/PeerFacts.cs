namespace FastStream.Peers.Running;

/// <summary>What a case promises and does, as far as a reader has to know it to compare.</summary>
/// <param name="Name">Of the case.</param>
/// <param name="Peer">What is measured, in words.</param>
/// <param name="Durability">What is true when it acks: one of <see cref="Durabilities"/>.</param>
/// <param name="Work">What it does with a record: one of <see cref="Works"/>.</param>
/// <param name="AckMeans">What has happened when the measured reply or return comes.</param>
/// <param name="Connections">How many connections or threads send.</param>
internal sealed record PeerFacts(string Name, string Peer, string Durability, string Work, string AckMeans, int Connections = 1);
