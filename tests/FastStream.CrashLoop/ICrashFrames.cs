namespace FastStream.CrashLoop;

/// <summary>The frames of one producer, each determined by its sequence. One thread.</summary>
internal interface ICrashFrames
{
    /// <summary>Valid until the next call.</summary>
    ReadOnlySpan<byte> Get(long sequence);

    /// <summary>Records in the frames up to this one.</summary>
    long RecordsThrough(long sequence);
}
