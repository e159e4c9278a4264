namespace FastStream.Cli.Sending;

/// <summary>
/// How far a send has come. Written by the sender, read by whoever shows it; numbers may be a moment apart.
/// </summary>
internal sealed class SendProgress
{
    private long _sentRecords;
    private long _ackedRecords;
    private double _share;

    /// <summary>Records handed to the producer.</summary>
    public long SentRecords
    {
        get => Volatile.Read(ref _sentRecords); // pairs with the sender's write after each batch
        set => Volatile.Write(ref _sentRecords, value);
    }

    /// <summary>Records acked at the level asked for.</summary>
    public long AckedRecords
    {
        get => Volatile.Read(ref _ackedRecords); // pairs with the write in the ack callback
        set => Volatile.Write(ref _ackedRecords, value);
    }

    /// <summary>How much of the source has been read, 0..1; NaN when its length is unknown.</summary>
    public double Share
    {
        get => Volatile.Read(ref _share); // pairs with the sender's write after each batch
        set => Volatile.Write(ref _share, value);
    }
}
