namespace FastStream.Engine.Sequencing;

/// <summary>
/// Event time of one stream: the progress of each source, which sources are live, and the watermark.
/// </summary>
/// <remarks>
/// <para>Owner: the sequencer thread (or the replay, before it starts). No clock in here: every change has its
/// cause in a journal entry, so a replay gives the same watermark.</para>
/// <para>Invariants: progress of a source never falls while it is live; the watermark never falls; with a live
/// source whose progress is <see cref="None"/> the watermark stands still; with no live source it stands still.</para>
/// </remarks>
internal sealed class SourceTime
{
    /// <summary>No event time yet.</summary>
    public const long None = long.MinValue;

    private readonly MinimumTree _liveProgress = new();

    /// <summary>The promise of the stream: no window that ends at or below it (plus lateness) is open.</summary>
    public long Watermark { get; private set; } = None;

    /// <summary>The highest progress any source of this stream ever had.</summary>
    public long Highest { get; private set; } = None;

    /// <summary>How many sources are live.</summary>
    public int LiveCount { get; private set; }

    /// <summary>
    /// Takes a source's frame into account: it is live now and has come as far as <paramref name="progress"/>.
    /// </summary>
    public void Progress(ProducerState source, long progress)
    {
        if (!source.IsLive)
        {
            source.IsLive = true;
            LiveCount++;
        }

        if (progress > source.Progress)
        {
            source.Progress = progress;
        }

        Highest = Math.Max(Highest, source.Progress);
        _liveProgress.Set(source.Ordinal, source.Progress);
        FollowMinimum();
    }

    /// <summary>Takes an idle or lagging source out of the minimum until its next frame.</summary>
    public void SetAside(ProducerState source)
    {
        source.WasSetAside = true;
        TakeOut(source);
    }

    /// <summary>Ends a source: what it sends later makes it a newcomer without progress.</summary>
    public void End(ProducerState source)
    {
        source.Progress = None;
        source.WasSetAside = false;
        TakeOut(source);
    }

    /// <summary>Raises the watermark by decree (the journaled <c>advance</c>).</summary>
    public void AdvanceTo(long watermark) => Watermark = Math.Max(Watermark, watermark);

    /// <summary>Takes the state of a snapshot.</summary>
    public void Restore(long watermark, long highest, IEnumerable<ProducerState> sources)
    {
        Watermark = watermark;
        Highest = highest;
        foreach (ProducerState source in sources)
        {
            if (source.IsLive)
            {
                LiveCount++;
                _liveProgress.Set(source.Ordinal, source.Progress);
            }
        }
    }

    private void TakeOut(ProducerState source)
    {
        if (source.IsLive)
        {
            source.IsLive = false;
            LiveCount--;
            _liveProgress.Set(source.Ordinal, MinimumTree.Absent);
            FollowMinimum();
        }
    }

    private void FollowMinimum()
    {
        if (LiveCount > 0)
        {
            Watermark = Math.Max(Watermark, _liveProgress.Minimum);
        }
    }
}
