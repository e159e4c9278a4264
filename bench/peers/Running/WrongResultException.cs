namespace FastStream.Peers.Running;

/// <summary>A peer lost, doubled or changed something, or our case misuses it: no figure is printed.</summary>
internal sealed class WrongResultException(string message) : Exception(message);
