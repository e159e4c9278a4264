namespace FastStream.Peers.Running;

/// <summary>One connection, or one thread, of a peer.</summary>
internal interface IBatchSender : IDisposable
{
    /// <summary>Sends a prepared batch and returns when it is acked.</summary>
    void Send(int batch);
}
