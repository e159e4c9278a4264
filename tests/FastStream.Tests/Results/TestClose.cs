namespace FastStream.Tests.Results;

/// <summary>One closed window of a history made up by a test.</summary>
internal sealed record TestClose(long Cause, uint ViewId, long Start, ulong[] Keys, double Shift = 0)
{
    internal static long CountOf(ulong key) => (long)(key % 7) + 1;

    internal double[] ValuesOf(ulong key) =>
        [CountOf(key), Start + (long)key + Shift, key % 5 == 0 ? double.NaN : key * 0.5];
}
