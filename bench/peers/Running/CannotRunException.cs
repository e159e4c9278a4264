namespace FastStream.Peers.Running;

/// <summary>What a case needs is not to be had on this machine.</summary>
internal sealed class CannotRunException(string message) : Exception(message);
