namespace FastStream.Overload.Clients;

/// <summary>
/// Keeps the garbage collector out of a measurement: this process holds ten thousand sockets, and a collection would
/// stop the sender that is measured, for reasons that are not the server's.
/// </summary>
internal sealed class CollectionPause : IDisposable
{
    private const long RoomBytes = 200 << 20;

    private readonly bool _isPaused;

    private CollectionPause(bool isPaused)
    {
        _isPaused = isPaused;
    }

    /// <summary>Collects now, and then not again until it is disposed or its room is used up.</summary>
    public static CollectionPause Begin()
    {
        try
        {
            return new CollectionPause(GC.TryStartNoGCRegion(RoomBytes));
        }
        catch (Exception fault) when (fault is ArgumentOutOfRangeException or InvalidOperationException)
        {
            return new CollectionPause(isPaused: false); // a small heap, or somebody else pauses: it goes on without
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isPaused && System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }
    }
}
