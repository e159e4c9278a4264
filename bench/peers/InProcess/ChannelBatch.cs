using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>A pooled batch: written by the producing thread, then by nobody until it comes back.</summary>
internal sealed class ChannelBatch(int recordCount)
{
    public ulong[] Keys { get; } = new ulong[recordCount];

    public long[] Times { get; } = new long[recordCount];

    public double[] Values { get; } = new double[recordCount];

    /// <summary>Which of the prepared ones it is a copy of.</summary>
    public int Number { get; private set; }

    public long Pass { get; private set; }

    public long FromTicks { get; private set; }

    public void Fill(PreparedRecords records, int number, long pass, long fromTicks)
    {
        (Number, Pass, FromTicks) = (number, pass, fromTicks);
        records.KeysOf(number).CopyTo(Keys);
        records.TimesOf(number).CopyTo(Times);
        records.ValuesOf(number).CopyTo(Values);
    }
}
