namespace FastStream.Engine.Results;

/// <summary>
/// Which window closed, and why: the identity of one close. Ordered by cause, stream, view, start and revision, which
/// is the order of the results log.
/// </summary>
/// <param name="CauseAddress">Journal address of the entry that closed it.</param>
/// <param name="StreamId">The stream's number.</param>
/// <param name="ViewId">The view's number within its stream.</param>
/// <param name="StartNs">First nanosecond of the window.</param>
/// <param name="EndNs">First nanosecond after it.</param>
/// <param name="Revision">0 for the first result of a window.</param>
internal readonly record struct ClosedWindow(
    long CauseAddress, uint StreamId, uint ViewId, long StartNs, long EndNs, int Revision) : IComparable<ClosedWindow>
{
    /// <summary>The order of closes.</summary>
    public int CompareTo(ClosedWindow other)
    {
        int order = CauseAddress.CompareTo(other.CauseAddress);
        order = order != 0 ? order : StreamId.CompareTo(other.StreamId);
        order = order != 0 ? order : ViewId.CompareTo(other.ViewId);
        order = order != 0 ? order : StartNs.CompareTo(other.StartNs);
        return order != 0 ? order : Revision.CompareTo(other.Revision);
    }

    /// <summary>For messages: the window, its view and its cause by number.</summary>
    public override string ToString() =>
        $"window {StartNs} of view {ViewId} of stream {StreamId}, closed by journal address {CauseAddress}";
}
