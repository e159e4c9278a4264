namespace FastStream.TestKit.Model;

/// <summary>
/// One record as it travels: key number (in a text stream the producer's own dictionary id), event time in
/// nanoseconds, values in the order of the stream's fields. NaN is absent, and so is every field past the end.
/// </summary>
internal readonly record struct ModelRecord(ulong Key, long TimeNs, params double[] Values)
{
    /// <summary>The value of a field, NaN when absent.</summary>
    public double Value(int field) => field < Values.Length ? Values[field] : double.NaN;
}
